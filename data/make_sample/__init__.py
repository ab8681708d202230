"""What does a book look like? An invented one, in the real file formats, with right answers that tests know.

`python -m data.make_sample DIR --seed 7` writes the folder; `texts/` holds the people, topics and script as data,
`story` and `crowd` what happens, `linkedin_files` the LinkedIn archive, `other_files` the address books, calendar,
mails and chat, and `book` puts them together.
"""

from data.make_sample.book import write_sample

__all__ = ["write_sample"]
