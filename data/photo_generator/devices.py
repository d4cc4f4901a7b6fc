"""The devices of the library. Their owners are invented; what they write follows the real ones."""

from photo_generator.photo import Device

IPHONE_6S = Device(
    "Apple", "iPhone 6s", ">", (560, 420), "9.3.2",
    fnumber=(11, 5), focal_length=(83, 20), focal_length_35mm=29, exif_version=b"0221",
    lens={
        "LensSpecification": [(83, 20), (83, 20), (11, 5), (11, 5)],
        "LensMake": "Apple", "LensModel": "iPhone 6s back camera 4.15mm f/2.2",
    },
    sub_second_digits=3, heading=True,
)  # fmt: skip

IPHONE_12 = Device(
    "Apple", "iPhone 12", ">", (560, 420), "14.8",
    fnumber=(8, 5), focal_length=(21, 5), focal_length_35mm=26, exif_version=b"0232",
    lens={
        "LensSpecification": [(14, 9), (21, 5), (8, 5), (12, 5)],
        "LensMake": "Apple", "LensModel": "iPhone 12 back dual wide camera 4.2mm f/1.6",
    },
    writes_offset=True, sub_second_digits=3, heading=True,
)  # fmt: skip

GALAXY_S10 = Device(
    "samsung", "SM-G973F", "<", (576, 432), "G973FXXU1ASE5",
    fnumber=(150, 100), focal_length=(432, 100), focal_length_35mm=26, exif_version=b"0220",
    seconds=1000,
)  # fmt: skip

PIXEL_6 = Device(
    "Google", "Pixel 6", "<", (560, 420), "HDR+ 1.0.540104767zd",
    fnumber=(185, 100), focal_length=(6810, 1000), focal_length_35mm=24, exif_version=b"0232",
    lens={"LensMake": "Google", "LensModel": "Pixel 6 back camera 6.81mm f/1.85"},
    writes_offset=True, sub_second_digits=3, heading=True,
)  # fmt: skip

EOS_6D = Device(
    "Canon", "Canon EOS 6D", "<", (600, 400),
    fnumber=(8, 1), focal_length=(35, 1),
    lens={
        "LensSpecification": [(24, 1), (105, 1), (0, 0), (0, 0)],
        "LensModel": "EF24-105mm f/4L IS USM", "LensSerialNumber": "0000a1f6b2",
        "BodySerialNumber": "063020001187",
    },
    seconds=1000, sub_second_digits=2, owner="Inês Calvária",
)  # fmt: skip

D750 = Device(
    "NIKON CORPORATION", "NIKON D750", "<", (600, 400), "Ver.1.02 ",
    fnumber=(56, 10), focal_length=(500, 10), focal_length_35mm=50,
    lens={
        "LensSpecification": [(240, 10), (1200, 10), (40, 10), (40, 10)],
        "LensModel": "24.0-120.0 mm f/4.0", "BodySerialNumber": "6041187",
    },
    sub_second_digits=2, clock_from_gps=False, owner="Jonas Wehrlin",
)  # fmt: skip

K_1 = Device(
    "RICOH IMAGING COMPANY, LTD.", "PENTAX K-1", ">", (576, 384), "PENTAX K-1 Ver. 1.50",
    fnumber=(71, 10), focal_length=(280, 10), focal_length_35mm=28,
    lens={
        "LensSpecification": [(28, 1), (105, 1), (35, 10), (56, 10)],
        "LensModel": "HD PENTAX-D FA 28-105mm F3.5-5.6 ED DC WR",
    },
    seconds=None, heading=True,
)  # fmt: skip

A7_IV = Device(
    "SONY", "ILCE-7M4", "<", (600, 400), "ILCE-7M4 v1.05",
    fnumber=(40, 10), focal_length=(280, 10), focal_length_35mm=28, exif_version=b"0232",
    lens={
        "LensSpecification": [(240, 10), (1050, 10), (40, 10), (40, 10)],
        "LensModel": "FE 24-105mm F4 G OSS",
    },
    seconds=1000, writes_offset=True, owner="Aroha Tamapua",
)  # fmt: skip

TG_5 = Device(
    "OLYMPUS CORPORATION", "TG-5", "<", (560, 420), "Version 1.1",
    fnumber=(28, 10), focal_length=(45, 10), focal_length_35mm=25, seconds=None, heading=True,
)  # fmt: skip

POWERSHOT = Device(
    "Canon", "Canon PowerShot A70", "<", (480, 360),
    fnumber=(40, 10), focal_length=(173, 32), exif_version=b"0220", clock_from_gps=False,
)  # fmt: skip

PHANTOM_4 = Device(
    "DJI", "FC330", "<", (600, 450), "v01.31.5036",
    fnumber=(280, 100), focal_length=(361, 100), focal_length_35mm=20,
    seconds=10000, clock_from_gps=False,
)  # fmt: skip

AIR_2S = Device(
    "DJI", "FC3411", "<", (600, 400), "10.01.15.00",
    fnumber=(280, 100), focal_length=(838, 100), focal_length_35mm=22,
    seconds=10000, clock_from_gps=False,
)  # fmt: skip

SCANNER = Device("EPSON", "Perfection V600", "<", (480, 320), scanner=True)
SCANNER_BIG_ENDIAN = Device("Nikon", "LS-5000 ED", ">", (180, 120), scanner=True)
SCANNER_GREY = Device("EPSON", "Perfection V600", "<", (240, 160), scanner=True)
