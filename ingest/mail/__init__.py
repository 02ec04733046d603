"""Mail to lines of the interchange format: mbox, maildir, single messages and mail logs."""
