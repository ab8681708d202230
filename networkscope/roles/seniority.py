"""How high does somebody stand, going by the words of the title?"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from networkscope import keys, schema

SENIORITIES = ("executive", "director", "manager", "senior", "staff", "junior")

# The first line that fits decides. An entry fits when all of its words are in the title, in any order, accents
# folded away. So what would mislead a later line stands before it: "vice president" before "president".
RULES = (
    (None, """retired, rentner, rentnerin, pensionist, pensionistin, retraite, retraitee, jubilado, jubilada,
        looking for, open to work, job seeker, seeking opportunities, unemployed, arbeitssuchend, auf jobsuche"""),
    ("staff", """executive assistant, personal assistant, assistant to, assistenz der, assistant de direction,
        product owner, process owner, data owner, system owner, business partner, channel partner,
        partner sales, partner success"""),
    ("junior", """intern, internship, trainee, apprentice, praktikant, praktikantin, praktikum, werkstudent,
        werkstudentin, azubi, auszubildende, auszubildender, lehrling, stagiaire, alternant, alternante,
        becario, becaria, estagiario, estagiaria, stagista, tirocinante, praktykant, praktykantka"""),
    ("manager", "partner manager, account director"),
    ("director", "vice president, vp, svp, evp, vizeprasident, vizeprasidentin, chief of staff"),
    ("executive", """ceo, cto, cfo, coo, cmo, cio, ciso, cpo, cro, chro, pdg, chief officer, managing director,
        president, prasident, prasidentin, presidente, presidenta, chairman, chairwoman, chairperson, board member,
        founder, cofounder, grunder, grunderin, mitgrunder, mitgrunderin, fondateur, fondatrice, cofondateur,
        fundador, fundadora, fondatore, cofondatore, owner, inhaber, inhaberin, partner, geschaftsfuhrer,
        geschaftsfuhrerin, geschaftsfuhrender, vorstand, vorstandin, aufsichtsrat, verwaltungsrat, prezes,
        directeur general, directrice generale, director general, directora general, diretor geral,
        direttore generale, amministratore delegato, consejero delegado, consejera delegada"""),
    ("director", """director, directora, diretor, diretora, direktor, direktorin, directeur, directrice, direttore,
        direttrice, dyrektor, dyrektorka, head, leiter, leiterin, bereichsleiter, bereichsleiterin, prokurist,
        prokuristin, dean"""),
    ("staff", "student advisor, student affairs, student services"),
    ("junior", """junior, jr, student, studentin, etudiant, etudiante, estudiante, estudante, studente, studentessa,
        graduate, phd candidate, doctoral candidate, doktorand, doktorandin"""),
    ("manager", """manager, managerin, mgr, lead, leader, leitung, teamlead, teamleiter, teamleiterin, abteilungsleiter,
        abteilungsleiterin, gruppenleiter, gruppenleiterin, projektleiter, projektleiterin, filialleiter,
        filialleiterin, supervisor, gerente, responsable, responsabile, encargado, encargada, jefe, jefa, chefe,
        chef de, cheffe de, capo, kierownik, kierowniczka"""),
    ("senior", """senior, sr, snr, principal, chief, expert, experte, expertin, experto, experta, fellow, distinguished,
        professor, professorin, profesor, profesora, professeur, oberarzt, oberarztin, leitende, leitender,
        staff engineer, staff scientist, staff developer, staff designer"""),
)  # fmt: skip
_PHRASES = [(frozenset(entry.split()), level) for level, entries in RULES for entry in entries.split(",")]


def seniority_of(titles: pd.Series) -> pd.Series:
    """How high does somebody with this title stand? (E3)

    By the words of RULES, English with the commonest of German, French, Spanish, Portuguese, Italian and Polish:
    executive, director, manager, senior, staff, junior (students and trainees too). A title that fits no rule
    is staff; an empty one, one without a Latin letter, and "retired" or "open to work" are NA. It is a rule
    about words, not about people: a bank's vice president and a founder of one are not told apart from others.

    >>> seniority_of(pd.Series(["VP Engineering", "Junior Product Manager", "Nurse", None])).tolist()
    ['director', 'junior', 'staff', nan]
    """
    codes, distinct = pd.factorize(titles.astype(schema.TEXT))
    levels = np.array([*map(_level_of, distinct), None], dtype=object)[codes]
    return pd.Series(levels, titles.index, dtype=schema.choice(SENIORITIES), name="seniority")


def seniority_in(contacts: pd.DataFrame) -> pd.Series:
    """The seniority that the table gives where it is one of SENIORITIES, else that of the title."""
    told = contacts["seniority"].str.strip().str.casefold()
    known = told.where(told.isin(SENIORITIES)).astype(schema.choice(SENIORITIES))
    return known.fillna(seniority_of(contacts["title"]))


def _level_of(title: str) -> str | None:
    plain = keys.unaccented(title.casefold())
    words = set(re.findall(r"[^\W_]+", plain))
    unruled = "staff" if re.search("[a-z]", plain) else None
    return next((level for phrase, level in _PHRASES if phrase <= words), unruled)
