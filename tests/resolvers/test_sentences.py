"""Every sentence in every language, as a reader sees it."""

import pytest

from kpi.summary.insight import Insight, InsightCode
from resolvers.languages import languages
from resolvers.sentences import sentence

I = InsightCode  # noqa: E741 - so that the table below stays one
TAGS = ("en", "gl", "zh-Hant")

# code, ours, theirs, detail, and what is said in each language
SAID = [
    (I.MEETINGS_INITIATED, 5, 2, 0, (
        "You have initiated 3 more meetings than the customer (5 to 2).",
        "Convocastes 3 reunións máis ca o cliente (5 fronte a 2).",
        "您的團隊發起的會議比客戶多 3 場（5 比 2）。",
    )),
    (I.MEETINGS_INITIATED, 2, 1, 0, (
        "You have initiated 1 more meeting than the customer (2 to 1).",
        "Convocastes 1 reunión máis ca o cliente (2 fronte a 1).",
        "您的團隊發起的會議比客戶多 1 場（2 比 1）。",
    )),
    (I.MEETINGS_INITIATED, 0, 1, 0, (
        "The customer has initiated 1 more meeting than you (1 to 0).",
        "O cliente convocou 1 reunión máis ca vós (1 fronte a 0).",
        "客戶發起的會議比您的團隊多 1 場（1 比 0）。",
    )),
    (I.MEETINGS_INITIATED, 1, 3, 0, (
        "The customer has initiated 2 more meetings than you (3 to 1).",
        "O cliente convocou 2 reunións máis ca vós (3 fronte a 1).",
        "客戶發起的會議比您的團隊多 2 場（3 比 1）。",
    )),
    (I.EMAILS_SENT, 1300, 5, 0, (
        "You have sent 1,295 more emails than the customer (1,300 to 5).",
        "Enviastes 1.295 correos electrónicos máis ca o cliente (1.300 fronte a 5).",
        "您的團隊寄出的電子郵件比客戶多 1,295 封（1,300 比 5）。",
    )),
    (I.EMAILS_SENT, 3, 2, 0, (
        "You have sent 1 more email than the customer (3 to 2).",
        "Enviastes 1 correo electrónico máis ca o cliente (3 fronte a 2).",
        "您的團隊寄出的電子郵件比客戶多 1 封（3 比 2）。",
    )),
    (I.EMAILS_SENT, 2, 3, 0, (
        "The customer has sent 1 more email than you (3 to 2).",
        "O cliente enviou 1 correo electrónico máis ca vós (3 fronte a 2).",
        "客戶寄來的電子郵件比您的團隊寄出的多 1 封（3 比 2）。",
    )),
    (I.EMAILS_SENT, 2, 4, 0, (
        "The customer has sent 2 more emails than you (4 to 2).",
        "O cliente enviou 2 correos electrónicos máis ca vós (4 fronte a 2).",
        "客戶寄來的電子郵件比您的團隊寄出的多 2 封（4 比 2）。",
    )),
    (I.CALLS_MADE, 4, 2, 0, (
        "You have made 2 more calls than the customer (4 to 2).",
        "Fixestes 2 chamadas máis ca o cliente (4 fronte a 2).",
        "您的團隊撥出的電話比客戶多 2 通（4 比 2）。",
    )),
    (I.CALLS_MADE, 3, 2, 0, (
        "You have made 1 more call than the customer (3 to 2).",
        "Fixestes 1 chamada máis ca o cliente (3 fronte a 2).",
        "您的團隊撥出的電話比客戶多 1 通（3 比 2）。",
    )),
    (I.CALLS_MADE, 2, 3, 0, (
        "The customer has made 1 more call than you (3 to 2).",
        "O cliente fixo 1 chamada máis ca vós (3 fronte a 2).",
        "客戶打來的電話比您的團隊撥出的多 1 通（3 比 2）。",
    )),
    (I.CALLS_MADE, 2, 4, 0, (
        "The customer has made 2 more calls than you (4 to 2).",
        "O cliente fixo 2 chamadas máis ca vós (4 fronte a 2).",
        "客戶打來的電話比您的團隊撥出的多 2 通（4 比 2）。",
    )),
    (I.TIME_INVESTED, 300, 90, 0, (
        "You have invested more time than the customer: 5 hours against 1.5 hours.",
        "Dedicastes máis tempo ca o cliente: 5 horas fronte a 1,5 horas.",
        "您的團隊投入的時間比客戶多（5 小時比 1.5 小時）。",
    )),
    (I.TIME_INVESTED, 30, 60, 0, (
        "The customer has invested more time than you: 1 hour against 30 minutes.",
        "O cliente dedicou máis tempo ca vós: 1 hora fronte a 30 minutos.",
        "客戶投入的時間比您的團隊多（1 小時比 30 分鐘）。",
    )),
    (I.RESPONSE_TIME, 2, 5.5, 0, (
        "You answer emails faster than the customer: in 2 hours on average, against 5.5 hours.",
        "Respondedes aos correos máis rápido ca o cliente: en 2 horas de media, fronte a 5,5 horas.",
        "您的團隊回覆電子郵件比客戶快：平均 2 小時，客戶為 5.5 小時。",
    )),
    (I.RESPONSE_TIME, 72, 1, 0, (
        "The customer answers emails faster than you: in 1 hour on average, against 3 days.",
        "O cliente responde aos correos máis rápido ca vós: en 1 hora de media, fronte a 3 días.",
        "客戶回覆電子郵件比您的團隊快：平均 1 小時，您的團隊為 3 天。",
    )),
    (I.RESPONSE_RATE, 0.8, 0.45, 0, (
        "You have answered 80% of the customer's emails; they have answered 45% of yours.",
        "Respondestes ao 80\u00a0% dos correos do cliente; o cliente respondeu ao 45\u00a0% dos vosos.",
        "您的團隊回覆了客戶 80% 的電子郵件，客戶回覆了您的團隊 45% 的電子郵件。",
    )),
    (I.RESPONSE_RATE, 0.0, 1.0, 0, (
        "The customer has answered 100% of your emails; you have answered 0% of theirs.",
        "O cliente respondeu ao 100\u00a0% dos vosos correos; vós respondestes ao 0\u00a0% dos seus.",
        "客戶回覆了您的團隊 100% 的電子郵件，您的團隊回覆了客戶 0% 的電子郵件。",
    )),
    (I.OUR_RESPONSE_TREND, 7.9, 17, 0, (
        "You now take 7.9 hours on average to answer, down from 17 hours before.",
        "Agora tardades de media 7,9 horas en responder, menos ca antes (17 horas).",
        "您的團隊目前平均只要 7.9 小時就回覆，比先前的 17 小時快。",
    )),
    (I.OUR_RESPONSE_TREND, 1, 0.5, 0, (
        "You now take 1 hour on average to answer, up from 30 minutes before.",
        "Agora tardades de media 1 hora en responder, máis ca antes (30 minutos).",
        "您的團隊目前平均要 1 小時才回覆，比先前的 30 分鐘慢。",
    )),
    (I.THEIR_RESPONSE_TREND, 60, 24, 0, (
        "The customer now takes 2.5 days on average to answer, up from 24 hours before.",
        "O cliente tarda agora de media 2,5 días en responder, máis ca antes (24 horas).",
        "客戶目前平均要 2.5 天才回覆，比先前的 24 小時慢。",
    )),
    (I.THEIR_RESPONSE_TREND, 5, 24, 0, (
        "The customer now takes 5 hours on average to answer, down from 24 hours before.",
        "O cliente tarda agora de media 5 horas en responder, menos ca antes (24 horas).",
        "客戶目前平均只要 5 小時就回覆，比先前的 24 小時快。",
    )),
    (I.WAITING_FOR_US, 96, 5, 1, (
        "1 email from the customer has been waiting 4 days for your answer; you usually answer in 5 hours.",
        "Tedes 1 correo do cliente pendente de resposta desde hai 4 días; adoitades responder en 5 horas.",
        "客戶有 1 封電子郵件等候您的團隊回覆，最長已等 4 天；您的團隊平常的回覆時間為 5 小時。",
    )),
    (I.WAITING_FOR_US, 96, 5, 2, (
        "2 emails from the customer are waiting for your answer, the oldest for 4 days; you usually answer in 5 hours.",
        "Tedes 2 correos do cliente pendentes de resposta, o máis antigo desde hai 4 días; "
        "adoitades responder en 5 horas.",
        "客戶有 2 封電子郵件等候您的團隊回覆，最長已等 4 天；您的團隊平常的回覆時間為 5 小時。",
    )),
    (I.WAITING_FOR_THEM, 30, 5, 1, (
        "1 email of yours has been waiting 30 hours for the customer's answer; they usually answer in 5 hours.",
        "O cliente ten 1 correo voso pendente de resposta desde hai 30 horas; adoita responder en 5 horas.",
        "您的團隊有 1 封電子郵件等候客戶回覆，最長已等 30 小時；客戶平常的回覆時間為 5 小時。",
    )),
    (I.WAITING_FOR_THEM, 30, 5, 12, (
        "12 of your emails are waiting for the customer's answer, the oldest for 30 hours; "
        "they usually answer in 5 hours.",
        "O cliente ten 12 correos vosos pendentes de resposta, o máis antigo desde hai 30 horas; "
        "adoita responder en 5 horas.",
        "您的團隊有 12 封電子郵件等候客戶回覆，最長已等 30 小時；客戶平常的回覆時間為 5 小時。",
    )),
    (I.EMAIL_RATIO, 3, 1.25, 0, (
        "For each email you receive, you now send 3, up from 1.3 before.",
        "Por cada correo que recibides enviades agora 3, máis ca antes (1,3).",
        "目前每收到 1 封電子郵件，就寄出 3 封，高於先前的 1.3 封。",
    )),
    (I.EMAIL_RATIO, 0.004, 0.2, 0, (
        "For each email you receive, you now send 0.004, down from 0.2 before.",
        "Por cada correo que recibides enviades agora 0,004, menos ca antes (0,2).",
        "目前每收到 1 封電子郵件，只寄出 0.004 封，低於先前的 0.2 封。",
    )),
    (I.EMAIL_RATIO, 0.25, 1, 0, (
        "For each email you receive, you now send 0.25, down from 1 before.",
        "Por cada correo que recibides enviades agora 0,25, menos ca antes (1).",
        "目前每收到 1 封電子郵件，只寄出 0.25 封，低於先前的 1 封。",
    )),
    (I.ACTIVITY, 12, 7.5, 0, (
        "There have been 12 interactions in 60 days, above the usual 7.5.",
        "Houbo 12 interaccións en 60 días, por riba da media habitual (7,5).",
        "60 天內有 12 次互動，高於平常的 7.5 次。",
    )),
    (I.ACTIVITY, 1, 0.5, 0, (
        "There has been 1 interaction in 60 days, above the usual 0.5.",
        "Houbo 1 interacción en 60 días, por riba da media habitual (0,5).",
        "60 天內有 1 次互動，高於平常的 0.5 次。",
    )),
    (I.ACTIVITY, 1, 4, 0, (
        "There has been 1 interaction in 60 days, below the usual 4.",
        "Houbo 1 interacción en 60 días, por baixo da media habitual (4).",
        "60 天內只有 1 次互動，低於平常的 4 次。",
    )),
    (I.ACTIVITY, 2, 4, 0, (
        "There have been 2 interactions in 60 days, below the usual 4.",
        "Houbo 2 interaccións en 60 días, por baixo da media habitual (4).",
        "60 天內只有 2 次互動，低於平常的 4 次。",
    )),
    (I.ACTIVITY, 1, 0, 0, (
        "There has been 1 interaction in 60 days; usually there is none.",
        "Houbo 1 interacción en 60 días; o habitual é que non haxa ningunha.",
        "60 天內有 1 次互動，平常則沒有互動。",
    )),
    (I.ACTIVITY, 1000000, 0, 0, (
        "There have been 1,000,000 interactions in 60 days; usually there are none.",
        "Houbo 1.000.000 interaccións en 60 días; o habitual é que non haxa ningunha.",
        "60 天內有 1,000,000 次互動，平常則沒有互動。",
    )),
    (I.SILENCE, 12, 3.5, 0, (
        "There has been no interaction for 12 days; the usual gap is 3.5 days.",
        "Levades 12 días sen interaccións; o intervalo habitual é de 3,5 días.",
        "已有 12 天沒有互動，平常的間隔為 3.5 天。",
    )),
    (I.SILENCE, 3, 1, 0, (
        "There has been no interaction for 3 days; the usual gap is 1 day.",
        "Levades 3 días sen interaccións; o intervalo habitual é de 1 día.",
        "已有 3 天沒有互動，平常的間隔為 1 天。",
    )),
    (I.MEETING_PLANNED, 17, 10, 3, (
        "The next meeting is in 3 days, 17 days after the last one; the usual gap is 10 days.",
        "A próxima reunión é dentro de 3 días, 17 días despois da anterior; o intervalo habitual é de 10 días.",
        "下一場會議在 3 天後，距上一場 17 天；平常的間隔為 10 天。",
    )),
    (I.MEETING_PLANNED, 17, 10, 1, (
        "The next meeting is tomorrow, 17 days after the last one; the usual gap is 10 days.",
        "A próxima reunión é mañá, 17 días despois da anterior; o intervalo habitual é de 10 días.",
        "下一場會議就在明天，距上一場 17 天；平常的間隔為 10 天。",
    )),
    (I.MEETING_PLANNED, 1, 10.5, 0, (
        "The next meeting is today, 1 day after the last one; the usual gap is 11 days.",
        "A próxima reunión é hoxe, 1 día despois da anterior; o intervalo habitual é de 11 días.",
        "下一場會議就在今天，距上一場 1 天；平常的間隔為 11 天。",
    )),
    (I.MEETING_PLANNED, 0, 7, 0, (
        "There is another meeting today; the usual gap is 7 days.",
        "Hoxe hai outra reunión; o intervalo habitual é de 7 días.",
        "今天還有另一場會議；平常的間隔為 7 天。",
    )),
    (I.NO_MEETING_PLANNED, 20, 9.5, 0, (
        "No meeting is planned; the last one was 20 days ago, and the usual gap is 9.5 days.",
        "Non hai ningunha reunión prevista; a última foi hai 20 días e o intervalo habitual é de 9,5 días.",
        "目前沒有安排任何會議；上一場在 20 天前，平常的間隔為 9.5 天。",
    )),
    (I.PEOPLE_INVOLVED, 3, 1, 0, (
        "3 of you are in touch with only one person at the customer.",
        "3 persoas do voso equipo tratan cunha soa persoa do cliente.",
        "您的團隊有 3 人與客戶往來，客戶方卻只有 1 人。",
    )),
    (I.PEOPLE_INVOLVED, 1, 4, 0, (
        "Only one of you is in touch with 4 people at the customer.",
        "Unha soa persoa do voso equipo trata con 4 persoas do cliente.",
        "客戶方有 4 人參與，您的團隊卻只有 1 人與其往來。",
    )),
    (I.OPENED_NOT_ANSWERED, 4, 1, 5, (
        "The customer has opened 4 of the 5 emails that you follow, but answered only 1.",
        "O cliente abriu 4 dos vosos 5 correos con seguimento, pero só respondeu a 1.",
        "在您的團隊追蹤的 5 封電子郵件中，客戶開啟了 4 封，但只回覆了 1 封。",
    )),
    (I.OPENED_NOT_ANSWERED, 4, 0, 5, (
        "The customer has opened 4 of the 5 emails that you follow, but answered none.",
        "O cliente abriu 4 dos vosos 5 correos con seguimento, pero non respondeu a ningún.",
        "在您的團隊追蹤的 5 封電子郵件中，客戶開啟了 4 封，但都沒有回覆。",
    )),
    (I.OPENED_NOT_ANSWERED, 1, 0, 1, (
        "The customer has opened the email that you follow, but has not answered it.",
        "O cliente abriu o voso correo con seguimento, pero non respondeu.",
        "在您的團隊追蹤的 1 封電子郵件中，客戶開啟了 1 封，但都沒有回覆。",
    )),
    (I.HEALTH_TREND, 61.5, 48.25, 0, (
        "Relationship health has risen to 61.5, from 48.3 on average in the weeks before.",
        "A saúde da relación subiu a 61,5, desde unha media de 48,3 nas semanas anteriores.",
        "關係健康度升至 61.5，先前數週平均為 48.3。",
    )),
    (I.HEALTH_TREND, 40, 55.5, 0, (
        "Relationship health has fallen to 40, from 55.5 on average in the weeks before.",
        "A saúde da relación baixou a 40, desde unha media de 55,5 nas semanas anteriores.",
        "關係健康度降至 40，先前數週平均為 55.5。",
    )),
    (I.INTERACTIONS_OF_DEAL, 1, 7.5, 10, (
        "This deal has had 1 interaction; similar won deals had 7.5 on average.",
        "Esta oportunidade leva 1 interacción; a media das oportunidades semellantes gañadas é de 7,5.",
        "這個商機有 1 次互動；相似的成交商機平均為 7.5 次。",
    )),
    (I.INTERACTIONS_OF_DEAL, 2, 0.04, 25, (
        "This deal has had 2 interactions; similar won deals had 0.04 on average.",
        "Esta oportunidade leva 2 interaccións; a media das oportunidades semellantes gañadas é de 0,04.",
        "這個商機有 2 次互動；相似的成交商機平均為 0.04 次。",
    )),
    (I.INTERACTIONS_OF_DEAL, 30, 20.5, 10, (
        "This deal has had 30 interactions; similar won deals had 21 on average.",
        "Esta oportunidade leva 30 interaccións; a media das oportunidades semellantes gañadas é de 21.",
        "這個商機有 30 次互動；相似的成交商機平均為 21 次。",
    )),
    (I.TIME_OF_DEAL, 90, 600, 10, (
        "You have invested 1.5 hours in this deal; similar won deals took 10 hours on average.",
        "Dedicastes 1,5 horas a esta oportunidade; a media das oportunidades semellantes gañadas é de 10 horas.",
        "您的團隊在這個商機投入了 1.5 小時；相似的成交商機平均為 10 小時。",
    )),
    (I.RESPONSE_OF_DEAL, 5, 1, 10, (
        "In this deal you take 5 hours on average to answer; in similar won deals it was 1 hour.",
        "Nesta oportunidade tardades de media 5 horas en responder; nas oportunidades semellantes gañadas, 1 hora.",
        "在這個商機中，您的團隊平均要 5 小時才回覆；在相似的成交商機中為 1 小時。",
    )),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(TAGS)), ids=TAGS)
@pytest.mark.parametrize(
    ("code", "ours", "theirs", "detail", "said"), SAID, ids=[f"{s[0]}-{s[1]:g}-{s[2]:g}-{s[3]}" for s in SAID]
)
def test_an_insight_is_said_as_a_native_speaker_would(
    place: int, code: InsightCode, ours: float, theirs: float, detail: int, said: tuple[str, ...]
) -> None:
    insight = Insight(code, ours, theirs, 1.0, detail)
    assert sentence(insight, languages().named(TAGS[place]), 60) == said[place]


def test_every_code_is_said() -> None:
    assert {code for code, *_ in SAID} == set(InsightCode)
