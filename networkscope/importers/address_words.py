"""What Google, Outlook and Thunderbird call the columns of their address books, in the languages that were seen."""

from __future__ import annotations

from networkscope.importers.sheets import synonyms

MANY = 100  # numbered columns of one kind; the largest export seen had nine


def _numbered(**fields: str) -> dict[str, str]:
    """Columns that are counted: `#` stands for the number, in the field as in the names."""
    counted: dict[str, str] = {}
    for number in range(1, MANY):
        each = {f"{field}_{number}": names.replace("#", str(number)) for field, names in fields.items()}
        counted |= synonyms(**each)
    return counted


GOOGLE = synonyms(
    display="name",
    first="first name|given name",
    middle="middle name|additional name",
    last="last name|family name",
    suffix="name suffix",
    filed_as="file as",
    telling="phonetic first name|given name yomi|yomi name|name prefix",
    organization="organization name",
    title="organization title",
    tags="labels|group membership",
    notes="notes",
) | _numbered(
    email="e-mail # - value",
    phone="phone # - value",
    page="website # - value",
    city="address # - city",
    country="address # - country",
    organization="organization # - name",
    title="organization # - title",
    relation="relation # - label|relation # - type",
    relative="relation # - value",
)
OUTLOOK = synonyms(
    first="first name|vorname|prénom",
    middle="middle name|weitere vornamen|deuxième prénom",
    last="last name|nachname|nom",
    suffix="suffix|suffixe",
    organization="company|firma|société",
    title="job title|position|fonction",
    email_1="e-mail address|e-mail-adresse|adresse de messagerie|adresse mail",
    email_2="e-mail 2 address|e-mail 2: adresse|adresse de messagerie 2|adresse mail 2",
    email_3="e-mail 3 address|e-mail 3: adresse|adresse de messagerie 3|adresse mail 3",
    phone_1="mobile phone|mobiltelefon|tél. mobile",
    phone_2="business phone|telefon geschäftlich|telefon (geschäftlich)|téléphone (bureau)",
    phone_3="home phone|telefon privat|telefon (privat)|téléphone (domicile)",
    phone_4="business phone 2|telefon geschäftlich 2|téléphone 2 (bureau)",
    phone_5="home phone 2|telefon privat 2|téléphone 2 (domicile)",
    phone_6="primary phone|haupttelefon|tél. principal",
    phone_7="other phone|weiteres telefon|téléphone (autre)",
    page_1="web page|webseite|page web",
    page_2="personal web page",
    city_1="business city|ort geschäftlich|ville (bureau)",
    country_1="business country/region|business country|land/region geschäftlich|pays (bureau)",
    city_2="home city|ort privat|ville (domicile)",
    country_2="home country/region|home country|land/region privat|pays (domicile)",
    tags="categories|kategorien|catégories",
    notes="notes|notizen",
    referred_by="referred by|empfohlen von|recommandé par",
    made_on="created|created on|creation time|erstellt|erstellt am",
    telling="e-mail type|e-mail-typ|e-mail display name|e-mail: angezeigter name|surname yomi|hobby|"
    "anniversary|jahrestag|assistant's phone|telefon assistent|business fax|fax geschäftlich|fax (bureau)",
)
THUNDERBIRD = synonyms(
    first="first name|vorname|prénom",
    last="last name|nachname|nom de famille",
    display="display name|anzeigename|nom à afficher",
    filed_as="nickname|spitzname|surnom",
    email_1="primary email|primäre e-mail-adresse|première adresse électronique",
    email_2="secondary email|sekundäre e-mail-adresse|deuxième adresse électronique|"
    "adresse électronique secondaire",
    telling="screen name|messenger-name|nom à l'écran|nom d'écran",
    phone_1="mobile number|mobil-tel.-nr.|portable",
    phone_2="work phone|tel. dienstlich|tél. professionnel",
    phone_3="home phone|tel. privat|tél. personnel",
    city_1="work city|dienstlich: ort",
    country_1="work country|dienstlich: land",
    city_2="home city|privat: ort|ville",
    country_2="home country|privat: land",
    title="job title|arbeitstitel|profession",
    organization="organization|organisation|société",
    page_1="web page 1|webseite 1|page web 1|site web 1",
    page_2="web page 2|webseite 2|page web 2|site web 2",
    notes="notes|notizen",
)
