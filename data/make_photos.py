"""Write the sample library: small pictures, dressed as photographs of several trips and devices.

``python data/make_photos.py`` writes ``data/photos``; ``--check`` only compares what is there with
what it would write, leaving out what another version of an image encoder may encode otherwise.
"""

import argparse
import sys
from pathlib import Path

from photo_generator import containers, metadata
from photo_generator.devices import (
    A7_IV,
    AIR_2S,
    D750,
    EOS_6D,
    GALAXY_S10,
    IPHONE_6S,
    IPHONE_12,
    K_1,
    PHANTOM_4,
    PIXEL_6,
    POWERSHOT,
    SCANNER,
    SCANNER_BIG_ENDIAN,
    SCANNER_GREY,
    TG_5,
)
from photo_generator.photo import NO_DATE, Edit, Photo
from photo_generator.scenes import draw
from PIL import Image

FOLDER = Path(__file__).parent / "photos"

# fmt: off
# path, title, city, (latitude, longitude, altitude), local time, offset, device, scene, marks
PHOTOS = [
    Photo("2016/san-francisco/IMG_1204.JPG", "Golden Gate Bridge", "San Francisco, US",
          (37.80770, -122.47500, 61), "2016-06-18 10:12:31", "-07:00", IPHONE_6S,
          "soft streaks hills:0.6,0.1 suspension:0.5,0.66,0.42 water:0.66,0.4 sails:0.72,2"),
    Photo("2016/san-francisco/IMG_1219.JPG", "Pier 39", "San Francisco, US",
          (37.80870, -122.40980, 4), "2016-06-18 13:47:02", "-07:00", IPHONE_6S,
          "day clouds:6 hills:0.55,0.12 pier:0.5,0.6,0.34 water:0.74,0.3"),
    Photo("2016/san-francisco/IMG_1236.JPG", "Painted Ladies", "San Francisco, US",
          (37.77620, -122.43330, 85), "2016-06-19 11:20:55", "-07:00", IPHONE_6S,
          "day clouds:4 city:0.62,0.34 painted_ladies:0.5,0.8,0.46 grass:0.8"),
    Photo("2016/san-francisco/IMG_1251.JPG", "City lights from Twin Peaks", "San Francisco, US",
          (37.75440, -122.44770, 281), "2016-06-19 21:09:40", "-07:00", IPHONE_6S,
          "dusk stars:60 hills:0.56,0.06 mist:0.6,0.03 city:0.74,0.16 grass:0.74 city:0.92,0.26"
          " trees:0.96,12"),
    Photo("2016/garden/IMG_0042.JPG", "Sunflowers behind the shed", "", None,
          "2016-08-14 15:31:08", "", POWERSHOT,
          "soft clouds:4 trees:0.62,9 shed:0.74,0.68,0.26 grass:0.66 sunflowers:0.42,0.96,0.4"),
    Photo("2016/garden/IMG_0057.JPG", "The old jetty", "", None,
          NO_DATE, "", POWERSHOT,
          "grey clouds:5 hills:0.56,0.1 water:0.6,0.7 jetty:0.5,0.8,0.5"),

    Photo("2017/cape-town/IMG_2310.JPG", "V&A Waterfront", "Cape Town, ZA",
          (-33.90630, 18.41980, 3), "2017-11-03 09:41:17", "+02:00", EOS_6D,
          "day clouds:3 table_mountain:0.52,0.62,0.42 table_cloth:0.52,0.62,0.42 city:0.63,0.08"
          " water:0.64 sails:0.72,3"),
    Photo("2017/cape-town/IMG_2318.JPG", "Bo-Kaap", "Cape Town, ZA",
          (-33.92090, 18.41510, 62), "2017-11-03 14:05:52", "+02:00", EOS_6D,
          "day clouds:5 table_mountain:0.6,0.6,0.4 bright_houses:0.5,0.82,0.44 paving:0.82"),
    Photo("2017/cape-town/IMG_2333.JPG", "Lion's Head before sunset", "Cape Town, ZA",
          (-33.93500, 18.38890, 669), "2017-11-03 18:58:30", "+02:00", EOS_6D,
          "gold sun:0.16,0.5 water:0.6,0.4 cone_peak:0.6,0.72,0.56 roofs:0.86,16"),
    Photo("2017/cape-town/IMG_2340.JPG", "Cable car to Table Mountain", "Cape Town, ZA",
          (-33.95740, 18.40310, 1067), "2017-11-04 10:16:09", "+02:00", EOS_6D,
          "alpine clouds:3,0.4 hills:0.6,0.06 water:0.6,0.4 cabin:0.52,0.62,0.5 rock:0.9"),

    Photo("2018/cusco/IMGP0871.JPG", "Plaza de Armas", "Cusco, PE",
          (-13.51680, -71.97880, 3399), "2018-07-10 11:02:44", "-05:00", K_1,
          "alpine clouds:5 hills:0.5,0.16 plaza:0.5,0.76,0.46 paving:0.76"),
    Photo("2018/cusco/IMGP0893.JPG", "Sacsayhuamán", "Cusco, PE",
          (-13.50970, -71.98170, 3701), "2018-07-10 15:36:18", "-05:00", K_1,
          "day clouds:7 hills:0.42,0.12 inca_walls:0.5,0.62,0.4 grass:0.7", ("named",)),
    Photo("2018/cusco/IMGP0902.JPG", "San Blas", "Cusco, PE",
          (-13.51500, -71.97520, 3440), "2018-07-11 09:24:51", "-05:00", K_1,
          "day clouds:4 hills:0.5,0.2 paving:0.8 alley:0.5,0.86,0.7"),
    Photo("2018/cusco/IMGP0958.JPG", "Vinicunca", "Pitumarca, PE",
          (-13.86980, -71.30280, 5036), "2018-07-12 10:48:03", "-05:00", K_1,
          "alpine clouds:4 peaks:0.6,0.36 rainbow_mountain:0.45,0.86,0.62 dunes:0.9,0.08"),
    Photo("2018/dead-sea/IMG_3307.JPG", "Salt at Ein Bokek", "Ein Bokek, IL",
          (31.19970, 35.36430, -428), "2018-10-06 16:40:10", "+03:00", IPHONE_6S,
          "gold sun:0.2,0.36 dunes:0.5,0.12 water:0.52,0.8 salt_shapes:0.5,0.62,0.4"),

    Photo("2019/lisbon/IMG_0412.JPG", "Torre de Belém", "Lisbon, PT",
          (38.69160, -9.21600, 6), "2019-05-11 06:52:14", "+01:00", EOS_6D,
          "dawn streaks:6 hills:0.6,0.05 belem:0.56,0.68,0.5 water:0.68,0.4 boats:0.74,3",
          ("named",)),
    Photo("2019/lisbon/IMG_0418.JPG", "Padrão dos Descobrimentos", "Lisbon, PT",
          (38.69360, -9.20570, 7), "2019-05-11 09:30:27", "+01:00", EOS_6D,
          "day clouds:6 monument:0.4,0.7,0.55 water:0.7,0.4 sails:0.76,2"),
    Photo("2019/lisbon/IMG_0431.JPG", "Praça do Comércio", "Lisbon, PT",
          (38.70750, -9.13640, 8), "2019-05-11 12:11:05", "+01:00", EOS_6D,
          "day clouds:4 hills:0.56,0.05 arch:0.5,0.72,0.46 paving:0.72", ("named",)),
    Photo("2019/lisbon/20190511_174412.jpg", "Elevador de Santa Justa", "Lisbon, PT",
          (38.71210, -9.13940, 45), "2019-05-11 17:44:12", "+01:00", GALAXY_S10,
          "gold streaks:4 lift:0.5,0.9,0.58 paving:0.9", ("turned:6",)),
    Photo("2019/lisbon/IMG_0447.JPG", "Castelo de São Jorge", "Lisbon, PT",
          (38.71390, -9.13350, 96), "2019-05-11 19:20:38", "+01:00", EOS_6D,
          "gold sun:0.2,0.48 hills:0.56,0.08 castle:0.56,0.5,0.26 grass:0.54 trees:0.56,12"
          " roofs:0.62,60"),
    Photo("2019/lisbon/IMG_0463.JPG", "Miradouro da Senhora do Monte", "Lisbon, PT",
          (38.71910, -9.13250, 110), "2019-05-12 07:01:49", "+01:00", EOS_6D,
          "dawn sun:0.25,0.4 streaks hills:0.5,0.04 water:0.5 castle:0.72,0.5,0.16 roofs:0.56,90"),
    Photo("2019/lisbon/20190512_114006.jpg", "Tram 28 at Portas do Sol", "Lisbon, PT",
          (38.71210, -9.13020, 78), "2019-05-12 11:40:06", "+01:00", GALAXY_S10,
          "day clouds:3 hills:0.62,0.1 paving:0.66 tram:0.5,0.78,0.6"),
    Photo("2019/lisbon/20190512_153355.jpg", "Parque das Nações", "Lisbon, PT",
          (38.76340, -9.09370, 5), "2019-05-12 15:33:55", "+01:00", GALAXY_S10,
          "day clouds:6 gondolas:0.5,0.68,0.5 water:0.7,0.5"),
    Photo("2019/lisbon/IMG_0489.JPG", "Ponte 25 de Abril", "Lisbon, PT",
          (38.69560, -9.17740, 4), "2019-05-12 20:29:12", "+01:00", EOS_6D,
          "sunset sun:0.3,0.52 streaks hills:0.66,0.06 suspension:0.52,0.68,0.42 water:0.68,0.3"
          " boats:0.76,3", ("named",)),
    Photo("2019/pacific/P8050117.JPG", "Today and yesterday, Waiyevo", "Waiyevo, FJ",
          (-16.79060, 179.98760, 12), "2019-08-05 10:15:20", "+12:00", TG_5,
          "day clouds:6 hills:0.58,0.06 water:0.6,0.4 grass:0.7 meridian:0.5,0.86,0.5"),
    Photo("2019/pacific/P8060142.JPG", "Lavena beach", "Lavena, FJ",
          (-16.86500, -179.88200, 2), "2019-08-06 13:02:47", "+12:00", TG_5,
          "soft clouds:6 hills:0.6,0.2 water:0.62,0.6 sand:0.84 palms:0.9,4,0.55"),
    Photo("2019/pacific/P8090201.JPG", "Cathedral on the seafront", "Apia, WS",
          (-13.83180, -171.76870, 4), "2019-08-09 09:27:33", "+13:00", TG_5,
          "day clouds:5 hills:0.5,0.14 palms:0.7,3,0.8 twin_cathedral:0.45,0.74,0.5 grass:0.74"),

    Photo("2020/basel/20200704_201140.jpg", "Mittlere Brücke", "Basel, CH",
          (47.56010, 7.58980, 254), "2020-07-04 20:11:40", "+02:00", GALAXY_S10,
          "gold sun:0.8,0.4 hills:0.56,0.06 two_spires:0.6,0.52,0.3 stone_bridge:0.5,0.7,0.24"
          " water:0.7"),
    Photo("2020/basel/DSC_1187.JPG", "Münster from the ferry", "", None,
          "2020-07-05 10:24:19.05", "", D750,
          "soft clouds:5 trees:0.62,10 two_spires:0.45,0.66,0.56 water:0.7,0.6"),
    Photo("2020/basel/20200705_123918.jpg", "Münster", "Basel, CH",
          (47.55650, 7.59280, 270), "2020-07-05 12:39:18", "+02:00", GALAXY_S10,
          "day clouds:4 trees:0.78,7 two_spires:0.4,0.82,0.5 paving:0.82 birds:8"),
    Photo("2020/basel/20200705_161502.jpg", "Dreiländereck", "Basel, CH",
          (47.58980, 7.58920, 247), "2020-07-05 16:15:02", "+02:00", GALAXY_S10,
          "day clouds:5 hills:0.6,0.1 trees:0.68,8 pylon:0.4,0.72,0.5 water:0.7 boats:0.76,3"),

    Photo("2021/reykjavik/IMG_5120.JPG", "Hallgrímskirkja", "Reykjavík, IS",
          (64.14170, -21.92660, 40), "2021-09-24 15:06:21", "+00:00", IPHONE_12,
          "grey clouds:5 church_of_basalt:0.5,0.86,0.5 paving:0.86", ("turned:6",)),
    Photo("2021/reykjavik/IMG_5137.JPG", "Sun Voyager", "Reykjavík, IS",
          (64.14750, -21.92230, 5), "2021-09-24 19:41:58", "+00:00", IPHONE_12,
          "sunset hills:0.56,0.16 streaks steel_boat:0.5,0.7,0.36 water:0.7,0.6"),
    Photo("2021/reykjavik/IMG_5152.JPG", "Northern lights", "Reykjavík, IS",
          (64.15030, -21.94310, 3), "2021-09-24 23:48:10", "+00:00", IPHONE_12,
          "night stars:220 aurora:0.46 hills:0.66,0.1 lighthouse:0.72,0.66,0.24 water:0.68,0.7"),
    Photo("2021/nairobi/20211218_104533.jpg", "KICC", "Nairobi, KE",
          (-1.28850, 36.82330, 1676), "2021-12-18 10:45:33", "+03:00", GALAXY_S10,
          "day clouds:5 city:0.76,0.2 round_tower:0.5,0.76,0.6 trees:0.78,9 grass:0.8",
          ("turned:8",)),
    Photo("2021/nairobi/20211219_063920.jpg", "Morning in Nairobi National Park", "Nairobi, KE",
          (-1.36320, 36.84380, 1640), "2021-12-19 06:39:20", "+03:00", GALAXY_S10,
          "gold sun:0.8,0.5 city:0.6,0.12,0.5 savanna:0.6 acacias:0.66,4 antelopes:0.5,0.86,0.4"),
    Photo("2021/nairobi/20211219_141127.jpg", "Giraffe Centre", "Nairobi, KE",
          (-1.37610, 36.74470, 1770), "2021-12-19 14:11:27", "+03:00", GALAXY_S10,
          "soft clouds:5 hills:0.6,0.08 savanna:0.64 acacias:0.68,5 giraffes:0.5,0.86,0.56"),

    Photo("2022/buenos-aires/DSC00218.JPG", "Obelisco", "Buenos Aires, AR",
          (-34.60370, -58.38160, 25), "2022-01-08 11:35:46", "-03:00", A7_IV,
          "day clouds:5 trees:0.72,9 obelisk:0.5,0.76,0.6 paving:0.78 trees:0.84,5"),
    Photo("2022/buenos-aires/DSC00240.JPG", "Caminito", "Buenos Aires, AR",
          (-34.63940, -58.36270, 9), "2022-01-08 16:50:02", "-03:00", A7_IV,
          "day clouds:4 trees:0.6,5 bright_houses:0.5,0.8,0.6 paving:0.8"),
    Photo("2022/buenos-aires/DSC00257.JPG", "Puente de la Mujer", "Buenos Aires, AR",
          (-34.60810, -58.36510, 8), "2022-01-08 19:44:29", "-03:00", A7_IV,
          "gold sun:0.75,0.5 city:0.66,0.3 slanted_bridge:0.5,0.68,0.5 water:0.68,0.5"),
    Photo("2022/antarctica/DSC00391.JPG", "Gentoos in the Lemaire Channel", "",
          (-65.07300, -63.90000, 3), "2022-01-17 14:22:37", "-03:00", A7_IV,
          "alpine clouds:6 peaks:0.56,0.34 icebergs:0.5,0.62,0.3 water:0.6,0.7 snow:0.9"
          " penguins:0.4,0.94,0.3"),
    Photo("2022/kathmandu/PXL_20221015_025106113.jpg", "Boudhanath", "Kathmandu, NP",
          (27.72150, 85.36200, 1346), "2022-10-15 08:36:06.113", "+05:45", PIXEL_6,
          "alpine clouds:3 peaks:0.5,0.3 stupa:0.5,0.8,0.56 paving:0.86 birds:9"),

    Photo("2023/kyoto/DSC01102.JPG", "Fushimi Inari", "Kyoto, JP",
          (34.96710, 135.77270, 50), "2023-11-18 08:05:31", "+09:00", A7_IV,
          "soft hills:0.6,0.3 trees:0.58,22 grass:0.58 torii:0.5,0.8,0.62"),
    Photo("2023/kyoto/DSC01131.JPG", "Kinkaku-ji", "Kyoto, JP",
          (35.03940, 135.72920, 92), "2023-11-18 11:37:44", "+09:00", A7_IV,
          "day clouds:3 hills:0.52,0.2 trees:0.6,12,1 golden_pavilion:0.55,0.64,0.42"
          " water:0.64,0.8"),
    Photo("2023/kyoto/DSC01166.JPG", "清水寺の夕暮れ", "Kyoto, JP",
          (34.99490, 135.78500, 150), "2023-11-18 17:02:18", "+09:00", A7_IV,
          "dusk hills:0.55,0.2 temple_on_stilts:0.55,0.62,0.46 trees:0.66,8,1 trees:0.86,14,1"),
    Photo("2023/kyoto/IMG_7713.JPG", "Togetsukyō", "Kyoto, JP",
          (35.01290, 135.67780, 35), "2023-11-19 06:58:23", "+09:00", IPHONE_12,
          "dawn mist hills:0.6,0.3 trestle_bridge:0.5,0.66,0.3 water:0.66,0.6"),
    Photo("2023/kyoto/IMG_7726.JPG", "Arashiyama bamboo grove", "Kyoto, JP",
          (35.01700, 135.67160, 60), "2023-11-19 08:14:50", "+09:00", IPHONE_12,
          "soft bamboo:0.5,0.86,0.6", ("turned:6",)),
    Photo("2023/kyoto/DSC_2044.jpg", "Yasaka Pagoda", "Kyoto, JP",
          (34.99860, 135.77930, 62), "2023-11-19 16:31:07", "+09:00", D750,
          "sunset streaks hills:0.56,0.14 pagoda:0.5,0.76,0.56 roofs:0.84,16"),
    Photo("2023/rhine/PXL_20230722_101842507.jpg", "Cathédrale Notre-Dame", "Strasbourg, FR",
          (48.58170, 7.75080, 145), "2023-07-22 12:18:42.507", "+02:00", PIXEL_6,
          "soft clouds:5 one_spire:0.5,0.82,0.56 paving:0.82"),
    Photo("2023/rhine/PXL_20230722_143310064.jpg", "Passerelle des Deux Rives", "Kehl, DE",
          (48.57330, 7.80260, 140), "2023-07-22 16:33:10.064", "+02:00", PIXEL_6,
          "day clouds:5 trees:0.62,12 footbridge:0.5,0.66,0.46 water:0.66,0.4"),

    Photo("2024/niagara/PXL_20240608_144011870.jpg", "Horseshoe Falls", "Niagara Falls, CA",
          (43.07920, -79.07850, 162), "2024-06-08 10:40:11.870", "-04:00", PIXEL_6,
          "day clouds:4 trees:0.4,8 waterfall:0.5,0.74,0.42 water:0.74,0.3 boats:0.82,2"),
    Photo("2024/niagara/PXL_20240608_202755391.jpg", "Prospect Point", "Niagara Falls, US",
          (43.08690, -79.06800, 160), "2024-06-08 16:27:55.391", "-04:00", PIXEL_6,
          "soft clouds:3 city:0.5,0.2 hills:0.54,0.04 waterfall:0.25,0.86,0.5 water:0.86,0.2"),
    Photo("2024/st-johns/PXL_20240612_173008215.jpg", "Signal Hill", "St. John's, CA",
          (47.56980, -52.68170, 143), "2024-06-12 15:00:08.215", "-02:30", PIXEL_6,
          "grey clouds:7 water:0.56,0.3 lookout:0.62,0.62,0.44 birds:6"),
    Photo("2024/sydney/DSC02260.JPG", "Opera House from Mrs Macquarie's Chair", "Sydney, AU",
          (-33.85960, 151.22260, 6), "2024-12-29 10:08:47", "+11:00", A7_IV,
          "day clouds:3 city:0.66,0.2 opera:0.5,0.68,0.42 water:0.68,0.4 sails:0.74,2"),
    Photo("2024/sydney/DSC02294.JPG", "Harbour Bridge", "Sydney, AU",
          (-33.86060, 151.20930, 4), "2024-12-29 19:12:05", "+11:00", A7_IV,
          "gold sun:0.2,0.4 city:0.66,0.14 arch_bridge:0.5,0.68,0.46 water:0.68,0.4 boats:0.76,3"),
    Photo("2024/sydney/IMG_9034.JPG", "Bondi", "Sydney, AU",
          (-33.89150, 151.27670, 4), "2024-12-30 13:26:15", "+11:00", IPHONE_12,
          "day clouds:4 hills:0.42,0.06 water:0.42,0.2 sand:0.7 surf:0.72 bathers:0.3,0.92,0.26"),
    Photo("2025/sydney/IMG_9102.JPG", "Happy New Year!", "Sydney, AU",
          (-33.85960, 151.22260, 6), "2025-01-01 00:00:12.003", "+11:00", IPHONE_12,
          "night stars:60 city:0.7,0.1 arch_bridge:0.6,0.72,0.24 fireworks:0.5,0.56,0.42"
          " water:0.72,0.5", ("named",)),
    Photo("2025/atlantic/P2110388.JPG", "Day nine of the crossing", "",
          (15.20130, -38.50420, 2), "2025-02-11 18:03:56", "-03:00", TG_5,
          "gold sun:0.3,0.5 streaks hills:0.62,0.002 water:0.6,0.1 foredeck:0.5,0.8,0.5"),

    Photo("drone/DJI_0007.JPG", "Tulips near Espel, first run", "Espel, NL",
          (52.72310, 5.63840, 76), "2017-04-22 12:03:10", "+02:00", PHANTOM_4,
          "day fields:14,0.8"),
    Photo("drone/DJI_0008.JPG", "Tulips near Espel, second run", "Espel, NL",
          (52.72310, 5.64020, 76), "2017-04-22 12:03:19", "+02:00", PHANTOM_4,
          "day fields:9,0.5"),
    Photo("drone/DJI_0009.JPG", "Tulips near Espel, third run", "Espel, NL",
          (52.72310, 5.64200, 76), "2017-04-22 12:03:28", "+02:00", PHANTOM_4,
          "soft fields:20,0.3"),
    Photo("drone/DJI_0031.JPG", "Camps Bay", "Cape Town, ZA",
          (-33.95130, 18.37710, 81), "2017-11-04 16:37:45", "+02:00", PHANTOM_4,
          "day coast:0.5"),
    Photo("drone/DJI_0112.JPG", "Jökulsárlón", "", (64.04740, -16.18170, 84),
          "2021-09-26 11:55:02", "+00:00", AIR_2S, "grey floes:80"),
    Photo("drone/DJI_0164.JPG", "Tegallalang", "Tegallalang, ID",
          (-8.43180, 115.27930, 690), "2022-10-27 07:40:33", "+08:00", AIR_2S, "soft terraces:15"),

    Photo("scans/print_012.jpg", "Holidays at the lake", "", None, "", "", SCANNER,
          "gold clouds:3 hills:0.5,0.1 water:0.56,0.5 sand:0.74 bathers:0.5,0.9,0.4"),
    Photo("scans/slide_0044.tif", "Over the viaduct", "", None, "1974-09-21 12:00:00", "",
          SCANNER_BIG_ENDIAN,
          "soft clouds:3 peaks:0.5,0.36 hills:0.66,0.14 train:0.5,0.66,0.3"),
    Photo("scans/negative_1967.tif", "Großvaters erstes Auto", "", None, "1967-08-12 12:00:00", "",
          SCANNER_GREY,
          "soft clouds:4 trees:0.62,8 hills:0.64,0.1 grass:0.7 old_car:0.55,0.84,0.5"),

    Photo("inbox/IMG-20210814-WA0003.jpg", "Sunset on the beach", "", None, "", "", None,
          "sunset sun:0.5,0.58 streaks hills:0.64,0.02 water:0.62,0.2 palms:0.9,3,0.06 sand:0.86"),
    Photo("inbox/20201004_093012.jpg", "No fix yet", "", (0.0, 0.0, 0), "2020-10-04 09:30:12", "",
          GALAXY_S10, "dawn sun:0.3,0.5 mist hills:0.64,0.14 trees:0.7,12,1 grass:0.7 birds:6"),
    Photo("inbox/20210502_171855.jpg", "Cherry trees", "", (47.37300, 8.53700, 408),
          "2021-05-02 17:18:55", "", GALAXY_S10,
          "soft clouds:4 hills:0.6,0.08 grass:0.66 trees:0.72,10,2 birds:4", ("no-ref",)),
    Photo("inbox/marina-bay.png", "Marina Bay at dusk", "Singapore, SG",
          (1.28290, 103.85900, 5), "2025-03-02 19:24:00", "+08:00", PIXEL_6,
          "dusk streaks city:0.66,0.2 three_towers:0.5,0.68,0.5 water:0.68,0.5"),
    Photo("inbox/taj-mahal.webp", "ताज महल", "Agra, IN",
          (27.17390, 78.04210, 171), "2022-10-20 06:41:27", "+05:30", PIXEL_6,
          "dawn sun:0.2,0.4 mist:0.7 taj:0.5,0.66,0.48 grass:0.66 water:0.8,0.8", ("named",)),
    Photo("inbox/20180101_120000.jpg", "Copied halfway", "", None,
          "2018-01-01 12:00:00", "", GALAXY_S10, "day clouds:5 hills grass", ("cut",)),
]

EDITS = {
    "2017/cape-town/IMG_2333.JPG": Edit(
        "Adobe Photoshop Lightroom 6.14 (Windows)", "2017-11-20 21:15:42", "", 5,
        ("hiking", "sunset", "South Africa"), iptc=True),
    "2020/basel/DSC_1187.JPG": Edit(
        "digiKam-6.4.0", "2020-07-06 22:40:31", "", 3, ("Rhein", "Fähre", "Münster")),
    "2023/kyoto/DSC01166.JPG": Edit(
        "darktable 4.4.2", "2023-12-03 20:14:55", "+13:00", 5, ("temple", "紅葉", "夜"), iptc=True),
    "2023/kyoto/DSC_2044.jpg": Edit(
        "Adobe Photoshop Lightroom Classic 13.0.1 (Macintosh)", "2023-12-10 15:48:20", "+01:00", 4,
        ("pagoda", "autumn", "street")),
    "2016/san-francisco/IMG_1251.JPG": Edit(
        "Windows Photo Editor 10.0.10011.16384", "2016-07-02 18:20:11", "", 4,
        ("night", "skyline"), xp=True),
    "scans/print_012.jpg": Edit("EPSON Scan 2", "2018-03-04 14:12:30", rating=2,
                                keywords=("family", "lake"), author="Ottilie Wehrlin"),
    "scans/slide_0044.tif": Edit(
        "Nikon Scan 4.0.2 W", "2016-12-28 10:05:11", author="Jonas Wehrlin"),
    "scans/negative_1967.tif": Edit(
        "EPSON Scan 2", "2018-03-04 15:01:47", author="Ottilie Wehrlin"),
}
# fmt: on


def shown_size(photo: Photo) -> tuple[int, int]:
    """Return width and height of the picture as one looks at it."""
    long, short = photo.device.size if photo.device else (520, 390)
    return (short, long) if photo.orientation > 1 else (long, short)


def as_stored(photo: Photo, picture: Image.Image) -> Image.Image:
    """Return a picture as it is stored: turned by its orientation, grey where the scanner is."""
    if photo.orientation > 1:
        way = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
        picture = picture.transpose(way[photo.orientation])
    return picture.convert("L") if photo.device is SCANNER_GREY else picture


def file_of(photo: Photo, stored: Image.Image, thumbnail: bytes) -> bytes:
    """Return the whole file of a photo."""
    edit = EDITS.get(photo.path)
    ifds = metadata.exif(photo, edit, stored.size)
    order = photo.device.order if photo.device else "<"
    suffix = photo.path.rpartition(".")[2].lower()
    if ifds and suffix == "tif":
        return containers.tiff(stored, ifds, order)
    if ifds and suffix == "png":
        return containers.png(stored, ifds, order, photo.title)
    if ifds and suffix == "webp":
        return containers.webp(stored, ifds, order)
    xmp = iptc = b""
    if photo.device and photo.device.make == "DJI":
        xmp = metadata.drone_xmp(photo)
    if edit:
        xmp = metadata.editor_xmp(photo, edit)
    if edit and edit.iptc and photo.local:
        iptc = metadata.iptc(photo, edit, photo.local)
    data = containers.jpeg(stored, ifds, order, thumbnail, xmp, iptc)
    return data[:420] if "cut" in photo.marks else data


def make(photo: Photo) -> bytes:
    """Draw a photo and return its file."""
    stored = as_stored(photo, draw(photo.scene, shown_size(photo)))
    return file_of(photo, stored, containers.thumbnail_of(stored))


def differences(folder: Path) -> list[str]:
    """Return what in a folder is not as this script writes it; pixels are not compared."""
    wanted = {photo.path: photo for photo in PHOTOS}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    problems = [f"{path}: missing" for path in sorted(wanted.keys() - found)]
    problems += [f"{path}: not in the table" for path in sorted(found - wanted.keys())]
    for name in sorted(wanted.keys() & found):
        photo, data = wanted[name], (folder / name).read_bytes()
        blank = as_stored(photo, Image.new("RGB", shown_size(photo)))
        expected = file_of(photo, blank, containers.thumbnail_in(data))
        if containers.lasting_part(data) != containers.lasting_part(expected):
            problems.append(f"{name}: metadata differ")
    return problems


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the sample library of photos.")
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    if parser.parse_args().check:
        problems = differences(FOLDER)
        print("\n".join(problems) or f"{len(PHOTOS)} photos are as they should be")
        return 1 if problems else 0
    for photo in PHOTOS:
        target = FOLDER / photo.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(make(photo))
    return 0


if __name__ == "__main__":
    sys.exit(main())
