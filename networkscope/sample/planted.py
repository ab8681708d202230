"""What is true in the sample book, as written by hand from its script: the answers that tests hold measures to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Planted:
    """The right answers as of 2026-11-16: names of people, by the fact that holds for them."""

    dormant: tuple[str, ...]
    long_dormant: tuple[str, ...]
    one_way: tuple[str, ...]
    missing_thanks: tuple[tuple[str, str], ...]
    owed_reply: tuple[str, ...]
    uncontacted_referrals: tuple[tuple[str, str], ...]
    report_back_due: tuple[tuple[str, str], ...]
    promises_open: tuple[tuple[str, str], ...]
    too_fresh: tuple[str, ...]
    best_referrer: tuple[str, int, int]
    chain: tuple[str, ...]
    names_given: int
    leads_contacted: int
    cold_job_ask: tuple[str, str]
    not_now: tuple[str, str]
    unclosed_offer: tuple[str, str]
    unnamed_referrer: tuple[str, str]
    favours_owed_to: str
    favours_owed_by: str
    blast: tuple[str, int]
    employer_only: tuple[str, ...]
    insiders_now: tuple[tuple[str, str], ...]
    insiders_past: tuple[tuple[str, str], ...]
    unrecommended: str
    uncaptured: str
    met_in_crowds_only: str
    namesakes: str
    pitch_asks: tuple[int, int]
    pitch_replies: tuple[int, int]
    introduced: tuple[str, str]
    first_note_with_file: tuple[str, str]
    owed_reply_by_mail: str
    cold_advice_ask: tuple[str, str]
    only_in_need: str
    three_addresses: tuple[str, ...]
    work_and_home_cards: tuple[str, ...]
    declined: str
    cancelled: str
    known_twice: tuple[str, str]
    weekly: tuple[str, int]
    through_colleagues: str
    uncaptured_by_mail: str
    untouched_circles: tuple[str, ...]
    promise_kept: tuple[str, str]
    rhythm_kept: str


PLANTED = Planted(
    dormant=(
        *("Abena Owusu", "Anja Richter", "Dmitri Volkov", "Fatima El-Amrani", "Johan Bergqvist"),
        *("Mateo Vargas", "Patricia Gomes", "Rui Matsuda", "Sigrún Jónsdóttir"),
    ),
    long_dormant=("Abena Owusu", "Mateo Vargas", "Rui Matsuda", "Sigrún Jónsdóttir"),
    one_way=("Ella Virtanen", "Gustavo Pires", "Haruto Mori", "Kerstin Vogel", "Sandra Blum"),
    missing_thanks=(
        *(("Anton Reiter", "2026-06-12"), ("Yusuf Demir", "2026-09-27"), ("Theodora Papadaki", "2026-10-29")),
        ("Jun Nakagawa", "2026-11-05"),
    ),
    owed_reply=("Chidi Nwosu", "Haruto Mori", "Kerstin Vogel", "Magda Zielińska", "Noor van Dijk"),
    uncontacted_referrals=(
        *(("Ben Whitaker", "Camille Laurent"), ("Ben Whitaker", "Ngozi Eze")),
        *(("Katharina Weiss", "Lorenzo Conti"), ("Jun Nakagawa", "Rosa Delgado")),
    ),
    report_back_due=(("Idris Bello", "Hanna Kowalczyk"), ("Selma Arslan", "Arjun Mehta")),
    promises_open=(("Jelena Marković", "2026-11-06"), ("Oskar Nyberg", "2026-11-10")),
    too_fresh=("Mirjam Keller", "Olga Marchenko", "Thandiwe Nkosi"),
    best_referrer=("Milena Kovač", 4, 9),
    chain=("Milena Kovač", "Tobias Brandl", "Aisha Rahman", "Kwame Boateng", "Inês Carvalho"),
    names_given=33,
    leads_contacted=28,
    cold_job_ask=("Gerald Moser", "2026-10-21"),
    not_now=("Stefan Aigner", "2026-04-14"),
    unclosed_offer=("Anton Reiter", "2026-06-12"),
    unnamed_referrer=("Milena Kovač", "Freya Andersen"),
    favours_owed_to="Lucia Ferraro",
    favours_owed_by="Ahmet Yıldız",
    blast=("2025-09-23", 12),
    employer_only=("Bernd Haslinger", "Claudia Ortner", "Ivana Horvat"),
    insiders_now=(
        *(("Heliotrop Health", "Inês Carvalho"), ("Kanzelberg Mobility", "Anton Reiter")),
        *(("Nordlicht Energie", "Mei-Lin Chou"), ("Salzach Robotics", "Marek Wójcik")),
    ),
    insiders_past=(
        *(("Heliotrop Health", "Giulia Bianchi"), ("Kanzelberg Mobility", "Rashid Karimi")),
        *(("Nordlicht Energie", "Oluwaseun Adeyemi"), ("Salzach Robotics", "Dorothea Engel")),
    ),
    unrecommended="Katharina Weiss",
    uncaptured="Yuki Tanabe",
    met_in_crowds_only="Farah Aziz",
    namesakes="Anna Novak",
    pitch_asks=(14, 12),
    pitch_replies=(14, 11),
    introduced=("Ruth Achterberg", "Caspar Lindner"),
    first_note_with_file=("Ludwig Brenner", "2026-07-14"),
    owed_reply_by_mail="Agnes Thurner",
    cold_advice_ask=("Yvonne Perrin", "2026-08-25"),
    only_in_need="Piet Hoekstra",
    three_addresses=(
        *("Priya Raman", "priya.raman@example.net"),
        *("priya.raman@medianta.example", "priya@raman-home.example"),
    ),
    work_and_home_cards=(
        *("Shirin Moradi", "shirin.moradi@donauwerk-digital.example"),
        "shirin.moradi@example.net",
    ),
    declined="Dmitri Volkov",
    cancelled="Johan Bergqvist",
    known_twice=("Katharina Weiss", "2026-10-15"),
    weekly=("Data team weekly", 36),
    through_colleagues="Jasper Quist",
    uncaptured_by_mail="Hedda Kjær",
    untouched_circles=("choir", "parents at school"),
    promise_kept=("Emil Hansen", "2026-08-26"),
    rhythm_kept="Zeynep Kaya",
)

# By practice: who was planted for it, and what the report as of 2026-11-16 should say of them.
CASES: dict[str, str] = {
    "A1": "Donauwerk Digital ends on 2027-01-31: 77 days of runway, and Katharina Weiss has not recommended her.",
    "A2": "Bernd Haslinger, Claudia Ortner and Ivana Horvat can be reached only at Donauwerk Digital: at risk.",
    "A3": "Fatima El-Amrani is a dormant tie; Yvonne Perrin was asked for advice after 293 silent days.",
    "A4": "Marek Wójcik works at Salzach Robotics, which is wanted: an insider with a tie of his own.",
    "A5": "Leila Haddad and Tomás Herrera, met in autumn 2025, widen the net: each month counts people and companies.",
    "A6": "Twelve people got nearly the same subject on 2025-09-23: one blast.",
    "A7": "The mails to Agnes Thurner say nowhere what they were for: they are among the messages without a purpose.",
    "A8": 'Yusuf Demir was never thanked for his call; Stefan Aigner was, for his "not now", within a day.',
    "A9": "Anton Reiter offered a job on 2026-06-12 and heard no more, nor did Birgit Sommer, who named him.",
    "A10": 'Stefan Aigner said "not now" in April: time to ask again; Gerald Moser is to be left alone for now.',
    "B1": "Yuki Tanabe was first written to out of the blue, Tobias Brandl because Milena Kovač had named him.",
    "B2": "Gerald Moser got the only job ask; nearly everybody else was asked for advice.",
    "B3": "Milena Kovač gave 9 names in 4 conversations: 2.25 each, where 2 to 3 are hoped for.",
    "B4": "Milena Kovač > Tobias Brandl > Aisha Rahman > Kwame Boateng > Inês Carvalho is the longest trail.",
    "B5": "Pitch A was tried on 14 people, among them Tobias Brandl, and pitch B on 12; 14 and 11 replied.",
    "B6": "Choir and parents at school (Brigitta Stadler, Sabine Krall and two more) are listed and not contacted.",
    "B7": "Kwame Boateng went all the way, from contacted to a name given; Gustavo Pires never replied.",
    "B8": "Freya Andersen was first written to without a word of Milena Kovač, who had named her.",
    "B9": "Camille Laurent, Ngozi Eze, Lorenzo Conti and Rosa Delgado were named and not called.",
    "B10": "Theodora Papadaki has not been thanked for her call of 2026-10-29.",
    "B11": "Tobias Brandl has had no word since the winter update: a monthly update is due.",
    "B12": "Milena Kovač gave names 454 days after the first touch: they come back months later.",
    "C1": "Gerald Moser was asked for a job on 2026-10-21 after 896 silent days.",
    "C2": "Ludwig Brenner got her documents with the first note, on 2026-07-14.",
    "C3": "Agnes Thurner keeps bees; of Renate Posch there is neither a topic nor a remembered detail.",
    "C4": "Ben Whitaker has given names and is warm: a job may be mentioned; Ella Virtanen has never answered.",
    "C5": "The one job ask (Gerald Moser) has no reply yet; requests for advice to people new to her were answered.",
    "D1": "Piet Hoekstra was written to three times, each time for advice: called only in need.",
    "D2": "Zeynep Kaya is in touch in her own rhythm; Piet Hoekstra has been silent for longer than his.",
    "D3": "Lucia Ferraro is owed four favours; Ahmet Yıldız owes three.",
    "D4": "Two names of Ben Whitaker were not followed; Idris Bello and Selma Arslan never heard what came of theirs.",
    "D5": "Noor van Dijk, and Agnes Thurner by mail, are waiting for an answer.",
    "D6": "Milena Kovač gave most names, and her tie fades: the most valuable at risk.",
    "E1": "Hedda Kjær (mail) and Yuki Tanabe (LinkedIn) are in touch with her and in no contact list.",
    "E2": "Hedda Kjær of Sandnes Cloud is a vendor: sandnes-cloud.example is a domain that is reached and not listed.",
    "E3": "Henrik Solberg is a chief operating officer: one of the executives that she has reached.",
    "E4": "Giulia Bianchi was at Heliotrop Health, Inês Carvalho is: the index has both.",
    "E5": "Rui Matsuda, last touched in 2023, would hardly remember; Milena Kovač would.",
    "E6": "Aisha Rahman was recorded a day after the talk; a look at the entry of Rui Matsuda is two years overdue.",
    "E7": "Jasper Quist, in no list, met Katharina Weiss, Felix Auer and Shirin Moradi in three workshops.",
    "E8": "Katharina Weiss, her boss and a strong tie, has not recommended her.",
    "E9": "Mateo Vargas, last touched in February 2023, is a stale record; there is no backup.",
    "E10": "The promise to Jelena Marković, due on 2026-11-06, is among the next moves.",
}
