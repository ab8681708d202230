"""What is true in the sample book, as written by hand from its script: the answers that tests hold measures to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

Names = tuple[str, ...]
Pair = tuple[str, str]
Pairs = tuple[Pair, ...]


@dataclass(frozen=True)
class Planted:
    """The right answers as of 2026-11-16: names of people, by the fact that holds for them."""

    dormant: Names = (
        *("Abena Owusu", "Anja Richter", "Dmitri Volkov", "Fatima El-Amrani", "Johan Bergqvist"),
        *("Mateo Vargas", "Patricia Gomes", "Rui Matsuda", "Sigrún Jónsdóttir"),
    )
    long_dormant: Names = ("Abena Owusu", "Mateo Vargas", "Rui Matsuda", "Sigrún Jónsdóttir")
    one_way: Names = ("Ella Virtanen", "Gustavo Pires", "Haruto Mori", "Kerstin Vogel", "Sandra Blum")
    missing_thanks: Pairs = (
        *(("Yusuf Demir", "2026-09-10"), ("Yusuf Demir", "2026-09-27"), ("Jun Nakagawa", "2026-11-05")),
        ("Mirjam Keller", "2026-11-14"),  # due today
    )
    never_thanked: Pair = ("Anton Reiter", "2026-06-12")  # too late by now
    no_debt: Names = ("Haruto Mori", "Kerstin Vogel", "Magda Zielińska", "Noor van Dijk", "Theodora Papadaki")
    asked_in_the_subject: Pair = ("Chidi Nwosu", "2026-10-26")
    uncontacted_referrals: Pairs = (
        *(("Ben Whitaker", "Camille Laurent"), ("Ben Whitaker", "Ngozi Eze")),
        *(("Katharina Weiss", "Lorenzo Conti"), ("Jun Nakagawa", "Rosa Delgado")),
    )
    report_back_due: Pairs = (("Idris Bello", "Hanna Kowalczyk"), ("Selma Arslan", "Arjun Mehta"))
    promises_open: Pairs = (("Jelena Marković", "2026-11-06"), ("Oskar Nyberg", "2026-11-10"))
    too_fresh: Names = ("Olga Marchenko", "Thandiwe Nkosi")
    best_referrer: tuple[str, int, int] = ("Milena Kovač", 4, 9)
    chain: Names = ("Milena Kovač", "Tobias Brandl", "Aisha Rahman", "Kwame Boateng", "Inês Carvalho")
    names_given: int = 33
    leads_contacted: int = 28
    cold_job_ask: Pair = ("Gerald Moser", "2026-10-21")
    not_now: Pair = ("Stefan Aigner", "2026-04-14")
    unclosed_offer: Pair = ("Anton Reiter", "2026-06-12")
    unnamed_referrer: Pair = ("Milena Kovač", "Freya Andersen")
    favours_owed_to: str = "Lucia Ferraro"
    favours_owed_by: str = "Ahmet Yıldız"
    blast: tuple[str, int] = ("2025-09-23", 12)
    employer_only: Names = ("Bernd Haslinger", "Claudia Ortner", "Ivana Horvat")
    insiders_now: Pairs = (
        *(("Heliotrop Health", "Inês Carvalho"), ("Kanzelberg Mobility", "Anton Reiter")),
        *(("Nordlicht Energie", "Mei-Lin Chou"), ("Salzach Robotics", "Marek Wójcik")),
    )
    insiders_past: Pairs = (
        *(("Heliotrop Health", "Giulia Bianchi"), ("Kanzelberg Mobility", "Rashid Karimi")),
        *(("Nordlicht Energie", "Oluwaseun Adeyemi"), ("Salzach Robotics", "Dorothea Engel")),
    )
    unrecommended: str = "Katharina Weiss"
    uncaptured: str = "Yuki Tanabe"
    met_in_crowds_only: str = "Farah Aziz"
    namesakes: str = "Anna Novak"
    pitch_asks: tuple[int, int] = (14, 12)
    pitch_replies: tuple[int, int] = (14, 11)
    introduced: Pair = ("Ruth Achterberg", "Caspar Lindner")
    first_note_with_file: Pair = ("Ludwig Brenner", "2026-07-14")
    owed_reply_by_mail: str = "Agnes Thurner"
    cold_advice_ask: Pair = ("Yvonne Perrin", "2026-08-25")
    only_in_need: str = "Piet Hoekstra"
    three_addresses: Names = (
        *("Priya Raman", "priya.raman@example.net"),
        *("priya.raman@medianta.example", "priya@raman-home.example"),
    )
    work_and_home_cards: Names = (
        *("Shirin Moradi", "shirin.moradi@donauwerk-digital.example"),
        "shirin.moradi@example.net",
    )
    declined: str = "Dmitri Volkov"
    cancelled: str = "Johan Bergqvist"
    known_twice: Pair = ("Katharina Weiss", "2026-10-15")
    weekly: tuple[str, int] = ("Data team weekly", 36)
    through_colleagues: str = "Jasper Quist"
    uncaptured_by_mail: str = "Hedda Kjær"
    untouched_circles: Names = ("choir", "parents at school")
    promise_kept: Pair = ("Emil Hansen", "2026-08-26")
    rhythm_kept: str = "Zeynep Kaya"


PLANTED = Planted()

# By practice: who was planted for it, and what the report should say of them.
LINES = (Path(__file__).parent / "cases.txt").read_text(encoding="utf-8").splitlines()
CASES = dict(line.split("|", 1) for line in LINES)
