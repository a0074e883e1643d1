"""Who works at the demo clinic, and the invented people who ask for help there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from serein.accounts.permissions import Role

if TYPE_CHECKING:
    from random import Random

PASSWORD = "still-water-2026"  # noqa: S105 - printed on purpose; the demo holds no real patients

STAFF: tuple[tuple[str, str, Role], ...] = (
    ("priya", "Dr Priya Raman", Role.PRESCRIBER),
    ("sam", "Sam Ortiz", Role.NURSE),
    ("noor", "Noor Haddad", Role.NURSE),
    ("morgan", "Morgan Bell", Role.FRONT_DESK),
    ("dana", "Dr Dana Whitfield", Role.MEDICAL_DIRECTOR),
    ("lee", "Lee Park", Role.CUSTODIAN),
    ("theo", "Theo Lind", Role.THERAPIST),
    ("ash", "Ash Novak", Role.BILLING),
    ("alex", "Alex Moreau", Role.ADMIN),
    ("uma", "Uma Stein", Role.AUDITOR),
)

_FEMALE = (
    "Alma", "Beatriz", "Carmen", "Dolores", "Elena", "Fatima", "Grace", "Hannah", "Imani", "Joy",
    "Keisha", "Leah", "Mei", "Nadia", "Olivia", "Paula", "Rosa", "Siobhán", "Tamika", "Yasmin",
)  # fmt: skip
_MALE = (
    "Andre", "Ben", "Carlos", "Dwayne", "Elias", "Felix", "Gabriel", "Hassan", "Isaac", "Jamal",
    "Kofi", "Liam", "Marcus", "Noah", "Omar", "Peter", "Rafael", "Samir", "Tomás", "Walter",
)  # fmt: skip
_FAMILY = (
    "Abbott", "Barnes", "Castillo", "Delgado", "Ellison", "Fischer", "Greene", "Hughes", "Iverson",
    "Jackson", "Kowalski", "Larsen", "Mbeki", "Nuñez", "O'Brien", "Patel", "Quinn", "Reyes",
    "Silva", "Tran", "Underwood", "Vargas", "Whitaker", "Yoder", "Zhang", "Okafor", "Bianchi",
)  # fmt: skip
_BRINGS = (
    "I have not slept through a night since the accident.",
    "My therapist suggested that I ask. Two medicines did not help enough.",
    "I startle at everything and I avoid my own street.",
    "I served two tours. I want to be there for my children again.",
    "It has been nine years, and the pictures still come back every day.",
    "I read about this treatment and want to understand the risks first.",
    "Loud rooms are impossible for me. I left my job in the spring.",
)
_RELATIONS = ("partner", "sister", "brother", "friend", "mother", "father", "neighbor")
_COMFORT = (
    "Lights low. Say my name before you touch the line.",
    "No hand on the shoulder, please.",
    "I bring my own music.",
    "Tell me each time before the cuff inflates.",
    "",
    "",
)
_CONDITIONS = (
    ("38341003", "Hypertensive disorder"),
    ("37796009", "Migraine"),
    ("193462001", "Insomnia"),
    ("82423001", "Chronic pain"),
    ("10743008", "Irritable bowel syndrome"),
)
_MEDICINES = (
    ("Sertraline 100 mg tablet", "sertraline", "100 mg in the morning"),
    ("Venlafaxine XR 150 mg capsule", "venlafaxine", "150 mg in the morning"),
    ("Prazosin 2 mg capsule", "prazosin", "2 mg at night"),
    ("Lorazepam 0.5 mg tablet", "lorazepam", "0.5 mg when needed, at most once a day"),
    ("Lisinopril 10 mg tablet", "lisinopril", "10 mg in the morning"),
)
_ALLERGENS = (("Penicillin", "rash"), ("Latex", "itching"), ("Codeine", "nausea"))


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person, before anything has happened to them at the clinic."""

    number: int
    given_name: str
    family_name: str
    sex: str
    birth_date: date
    phone: str
    email: str
    brings: str
    comfort: str
    weight_kg: Decimal
    height_cm: Decimal
    sbp_mmhg: int
    dbp_mmhg: int
    escort_name: str
    escort_relation: str
    conditions: tuple[tuple[str, str], ...]
    medicines: tuple[tuple[str, str, str], ...]
    allergy: tuple[str, str] | None


def invent(number: int, chance: Random, today: date) -> Person:
    """Invent one adult. The same number and chance give the same person."""
    sex = chance.choice(("female", "female", "male"))
    given = chance.choice(_FEMALE if sex == "female" else _MALE)
    family = chance.choice(_FAMILY)
    tall = chance.gauss(164, 6) if sex == "female" else chance.gauss(177, 7)
    heavy = min(max(chance.gauss(27.5, 5.0), 19.0), 44.0) * (tall / 100) ** 2
    return Person(
        number=number,
        given_name=given,
        family_name=family,
        sex=sex,
        birth_date=today - timedelta(days=int(chance.uniform(21, 64) * 365.25)),
        phone=f"(540) 555-{100 + number % 100:04}",
        email=f"{_plain(given)}.{_plain(family)}.{number}@mail.example",
        brings=chance.choice(_BRINGS),
        comfort=chance.choice(_COMFORT),
        weight_kg=Decimal(str(round(heavy, 1))),
        height_cm=Decimal(str(round(tall, 1))),
        sbp_mmhg=round(min(max(chance.gauss(122, 9), 100), 138)),
        dbp_mmhg=round(min(max(chance.gauss(76, 6), 60), 88)),
        escort_name=f"{chance.choice(_FEMALE + _MALE)} {chance.choice((family, *_FAMILY))}",
        escort_relation=chance.choice(_RELATIONS),
        conditions=tuple(chance.sample(_CONDITIONS, chance.choice((0, 1, 1, 2)))),
        medicines=tuple(chance.sample(_MEDICINES, chance.choice((0, 1, 2)))),
        allergy=chance.choice(_ALLERGENS) if chance.random() < 0.3 else None,
    )


def _plain(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isascii() and sign.isalpha())
