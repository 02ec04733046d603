"""
The errors a user of Rapport can meet, each with a stable code.

* RapportError
  x StoreError
    + StoreUrlError            STORE_URL            the address of the store is not one we understand
    + StoreUnavailableError    STORE_UNAVAILABLE    nothing answers there, or it stopped answering
    + StoreAccessError         STORE_ACCESS         wrong user or password, or no right to read or write
    + StoreLockedError         STORE_LOCKED         another process keeps it locked
    + StoreVersionError        STORE_VERSION        made by a newer Rapport
    + ForeignStoreError        STORE_NOT_OURS       a database or file that holds something else
  x InputError                 BAD_INPUT            an argument is malformed or outside its range
    + CursorError              BAD_CURSOR           a cursor or node id that we did not make
    + TimeZoneError            BAD_TIME_ZONE        not an IANA time zone
    + LanguageError            BAD_LANGUAGE         a language that there is no catalogue of
  x SettingsError              BAD_SETTING          a setting has a value we cannot use
  x ConflictError              CONFLICT             somebody else changed it first
  x ForbiddenError             FORBIDDEN            only others may do that
  x SourceError                BAD_SOURCE           a file to import cannot be read at all
"""

from typing import ClassVar


class RapportError(Exception):
    """
    Anything we expect to go wrong; the message says what is wrong and what to do.

    ``details`` are the facts of it for a program, as plain values; the API shows them beside the code.
    """

    code: ClassVar[str] = "RAPPORT_ERROR"

    def __init__(self, message: str = "", **details: object) -> None:
        super().__init__(message)
        self.details = details


class StoreError(RapportError):
    """The store cannot do what was asked."""

    code = "STORE_ERROR"


class StoreUrlError(StoreError):
    """The address of the store is not one we understand."""

    code = "STORE_URL"


class StoreUnavailableError(StoreError):
    """Nothing answers at the store's address, or it stopped answering."""

    code = "STORE_UNAVAILABLE"


class StoreAccessError(StoreError):
    """Wrong user or password, or no right to read or write there."""

    code = "STORE_ACCESS"


class StoreLockedError(StoreError):
    """Another process keeps the store locked."""

    code = "STORE_LOCKED"


class StoreVersionError(StoreError):
    """The store was made by a newer Rapport."""

    code = "STORE_VERSION"


class ForeignStoreError(StoreError):
    """The file or database holds something that is not ours."""

    code = "STORE_NOT_OURS"


class InputError(RapportError):
    """An argument is malformed or outside its range."""

    code = "BAD_INPUT"


class CursorError(InputError):
    """A cursor or node id that we did not make."""

    code = "BAD_CURSOR"


class TimeZoneError(InputError):
    """Not the name of an IANA time zone."""

    code = "BAD_TIME_ZONE"


class LanguageError(InputError):
    """A language that there is no catalogue of."""

    code = "BAD_LANGUAGE"


class SettingsError(RapportError):
    """A setting has a value we cannot use."""

    code = "BAD_SETTING"


class ConflictError(RapportError):
    """Somebody else changed it first; read it again."""

    code = "CONFLICT"


class ForbiddenError(RapportError):
    """Who asks may not do that."""

    code = "FORBIDDEN"


class SourceError(RapportError):
    """A file to import cannot be read at all."""

    code = "BAD_SOURCE"
