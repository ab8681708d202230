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
)
