"""What geocoding services answer, brought into the same few columns.

The shapes known are those of Nominatim (and what is built on it), HERE, Google, Photon, OpenCage,
TomTom, Azure and ArcGIS, as their documents give them: an object of named parts, somewhere in the
answer, whose names differ in spelling only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

__all__ = ["Address", "address_of"]


class Address(NamedTuple):
    """An address, each part null where it was not given."""

    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    district: str | None = None
    region: str | None = None
    country_code: str | None = None
    country: str | None = None


_PARTS: Final = ("address", "properties", "components")
"""Where services put the parts; else they are at the top."""

_SPELLINGS: Final = {
    "postcode": ("postcode", "postalcode", "postal", "zip", "zipcode"),
    "city": ("city", "town", "village", "municipality", "locality", "posttown", "hamlet"),
    "district": ("suburb", "citydistrict", "district", "borough", "quarter", "neighbourhood",
                 "sublocality", "neighborhood", "municipalitysubdivision"),
    "region": ("state", "region", "province", "countrysubdivisionname", "countrysubdivision",
               "administrativearealevel1"),
    "country_code": ("countrycode", "iso31661alpha2", "countrycodeiso3"),
    "country": ("countryname", "country", "cntryname"),
}  # fmt: skip
"""Names of the parts without case and punctuation, best first."""

_GOOGLE: Final = {"postal_town": "posttown", "country": "countryname"}


def address_of(text: str | None, raw: Any, countries: Mapping[str, str]) -> Address:
    """Read an answer.

    Parameters
    ----------
    text
        The address in one line.
    raw
        The answer as it came, out of JSON.
    countries
        English names by ISO 3166 code; countries that have none keep the name of the answer.

    Returns
    -------
    Address
    """
    parts = _parts(raw)
    found = {name: _first(parts, names) for name, names in _SPELLINGS.items()}
    code = _alpha2(found["country_code"])
    country = countries.get(code or "", found["country"])
    return Address(_text(text), **found | {"country_code": code, "country": country})


def _parts(raw: Any) -> dict[str, str]:
    """Give the parts of an answer by their plain names."""
    if not isinstance(raw, Mapping):
        return {}
    if isinstance(raw.get("address_components"), list):
        return _google(raw["address_components"])
    inner = next((raw[name] for name in _PARTS if isinstance(raw.get(name), Mapping)), raw)
    return {_plain(name): text for name, value in inner.items() if (text := _text(value))}


def _google(components: Iterable[Any]) -> dict[str, str]:
    """Read Google's list, whose members say of which types they are."""
    parts: dict[str, str] = {}
    for component in components:
        if not isinstance(component, Mapping):
            continue
        for kind in component.get("types") or ():
            if text := _text(component.get("long_name")):
                parts.setdefault(_plain(_GOOGLE.get(kind, kind)), text)
            if kind == "country" and (code := _text(component.get("short_name"))):
                parts["countrycode"] = code
    return parts


def _first(parts: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((parts[name] for name in names if name in parts), None)


def _plain(name: Any) -> str:
    return "".join(letter for letter in str(name).casefold() if letter.isalnum())


def _text(value: Any) -> str | None:
    """Give what is text or a number as text, None where it is blank or something else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _alpha2(code: str | None) -> str | None:
    """Give a code of two letters for one of two or three (HERE gives three)."""
    code = (code or "").upper()
    return _ALPHA2.get(code, code if len(code) == 2 and code.isalpha() else None)


_CODES: Final = """
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU
AUTAT AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ
BMUBM BOLBO BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI
CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE
DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK
FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR
GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN
IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH
KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV
MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH MKDMK MLIML MLTMT MMRMM MNEME MNGMN
MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE NFKNF NGANG NICNI
NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG
SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI
SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT
TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG
VIRVI VNMVN VUTVU WLFWF WSMWS XKXXK YEMYE ZAFZA ZMBZM ZWEZW
"""
"""Codes of three letters with those of two (ISO 3166-1, and XK for Kosovo)."""

_ALPHA2: Final = {codes[:3]: codes[3:] for codes in _CODES.split()}
