"""The golden set: documents, queries, and what each query has to find. Written by hand before any engine was; every
engine agrees on it."""

from datetime import UTC, datetime, timedelta

from knowledge.search.documents import SearchDoc

START = datetime(2026, 1, 1, tzinfo=UTC)


def _doc(number, name, language, title, body="", **fields):
    facets = {"language": (language,), "form": ("answer",), **fields.pop("facets", {})}
    return SearchDoc(
        key=name,
        kind=fields.pop("kind", "entry"),
        language=language,
        title=title,
        body=body,
        updated=START + timedelta(days=number),
        facets=facets,
        **fields,
    )


CORPUS = [
    _doc(
        1,
        "ill",
        "en",
        "Interlibrary loan: what it costs",
        "We borrow books from other libraries for you. It takes a week.",
        facets={"form": ("guide",), "subject": ("1", "2")},
    ),
    _doc(
        2,
        "ill-old",
        "en",
        "Asking another library",
        "The inter-library loan desk stands beside the lift. Ask Ms O’Brien.",
        facets={"subject": ("1", "2")},
    ),
    _doc(
        3,
        "ill-zh",
        "zh-hans",
        "馆际互借要多少钱",
        "本馆向其他图书馆借书，一般需要一周。",
        facets={"form": ("guide",), "subject": ("1", "2")},
    ),
    _doc(
        4, "ill-hant", "zh-hans", "館際互借服務", "圖書館之間互相借閱圖書。讀者憑證件辦理。", facets={"subject": ("2",)}
    ),
    _doc(
        5,
        "oa",
        "en",
        "Open access, lawfully free",
        "One article in three has a free copy. Try the author’s own page.",
        facets={"subject": ("3",)},
    ),
    _doc(
        6,
        "oa-zh",
        "zh-hans",
        "开放获取：合法免费的论文",
        "三分之一的论文有免费副本。可以查一查作者主页。",
        facets={"subject": ("3",)},
    ),
    _doc(
        7,
        "isbn",
        "en",
        "What the number on the back means",
        "An ISBN such as 978-7-5013-1234-5 names one edition. ISO 2108 rules it.",
    ),
    _doc(
        8,
        "marc",
        "en",
        "Reading a MARC21 record",
        "Field 245 holds the title. UNIMARC uses 200. See ISO-2709 and Z39.50.",
    ),
    _doc(9, "pdf-zh", "zh-hans", "PDF文件打不开怎么办", "先更新阅读器，再用Ｃｈｒｏｍｅ打开ＰＤＦ。"),
    _doc(
        10, "cafe", "en", "The café by the reading room", "Readers from Zürich praised the naïve painting of Ms Müller."
    ),
    _doc(
        11,
        "rooms",
        "en",
        "Booking a study room",
        "Study rooms hold six readers. The quiet room holds one. Booking opens at 8:00.",
    ),
    _doc(12, "rooms-zh", "zh-hans", "研讨室预约", "研讨室可坐六人，安静间一人。每天八点开放预约。"),
    _doc(13, "room-study", "en", "Rooms where you may not study", "Study elsewhere: this room is for children."),
    _doc(14, "accents", "en", "Borrowing", "Résumé writing evenings. Bring your resume."),
    _doc(15, "book-one", "zh-hans", "书", "一个字的标题。"),
    _doc(16, "local-zh", "zh-hans", "地方志与家谱", "苇渡镇的地方志存放在三楼。家谱可拍照，著作权另行说明。"),
    _doc(17, "local", "en", "Local history and family trees", "The annals of Reedferry are kept on the third floor."),
    _doc(18, "copyright-hant", "zh-hans", "著作權問答", "複製一章是否合法？看著說明書辦理。"),
    _doc(
        19,
        "topic-ill",
        "",
        "Interlibrary loan · 馆际互借",
        kind="concept",
        aliases=("ILL", "document supply", "馆际借阅"),
        facets={"language": ()},
    ),
    _doc(20, "topic-oa", "", "Open access · 开放获取", kind="concept", aliases=("OA",), facets={"language": ()}),
    _doc(
        21,
        "person-wen",
        "",
        "Wen Li 李文",
        kind="person",
        body="Knows interlibrary loan and local history.",
        facets={"language": ()},
    ),
    _doc(
        22,
        "staff",
        "en",
        "Complaint about the xyzzyqua heating",
        "A patron said xyzzyqua twice.",
        access=("staff",),
        facets={"subject": ("9",)},
    ),
    _doc(23, "signed", "en", "Remote access to databases", "Sign in with your card number.", access=("signed-in",)),
    _doc(24, "code", "en", "Renewing with error E-1042", "The message E1042 means that somebody waits for the book."),
    _doc(25, "soft", "en", "Tac\u00adtile copies", "Braille and audio. \u200fRight to left\u200f text is read aloud."),
    _doc(26, "quotes", "en", "“Print only” and other phrases", "Walk-in use, print-only, secure transmission."),
    _doc(27, "wechat-zh", "zh-hans", "用微信续借图书", "打开微信小程序，点“续借”。图书可续借两次。"),
    _doc(28, "borrow-zh", "zh-hans", "读者证怎么办理", "带身份证到总服务台办理读者证，当天可以借书。"),
]

PUBLIC = {"public"}
STAFF = {"public", "signed-in", "staff"}

# query -> the keys that it finds for a visitor, no more and no less
FINDS = {
    # words, plurals, stems, case
    "interlibrary loan": {"ill", "ill-old", "topic-ill", "person-wen"},
    "LOANS": {"ill", "ill-old", "topic-ill", "person-wen"},
    "bookings": {"rooms", "ill", "code"},
    "study room": {"rooms", "room-study"},
    "reader": {"cafe", "rooms"},
    # hyphens either way
    "inter-library loan": {"ill", "ill-old", "topic-ill", "person-wen"},
    "inter library loan": {"ill-old"},
    "walk in": {"quotes"},
    "walk-in": {"quotes"},
    # phrases
    '"study room"': {"rooms"},
    "“study room”": {"rooms"},
    '"quiet room holds"': {"rooms"},
    '"room quiet"': set(),
    '"print only"': {"quotes"},
    "「读者证」": {"borrow-zh"},
    '"借书 一般"': {"ill-zh"},
    # exclusion
    "loan -desk": {"ill", "topic-ill", "person-wen"},
    "loan －desk": {"ill", "topic-ill", "person-wen"},
    'study -"study room"': {"rooms", "room-study"} - {"rooms"},
    "馆际互借 -服务": {"ill-zh", "topic-ill"},
    # codes and numbers
    "978-7-5013-1234-5": {"isbn"},
    "9787501312345": {"isbn"},
    "iso 2709": {"marc"},
    "ISO2709": {"marc"},
    "iso2108": {"isbn"},
    "marc 21": {"marc"},
    "MARC21": {"marc"},
    "E1042": {"code"},
    "e-1042": {"code"},
    "245": {"marc"},
    # accents, apostrophes, invisible characters
    "cafe": {"cafe"},
    "ZURICH": {"cafe"},
    "naive muller": {"cafe"},
    "résumé": {"accents"},
    "resume": {"accents"},
    "o'brien": {"ill-old"},
    "O’Brien": {"ill-old"},
    "obrien": {"ill-old"},
    "authors": {"oa"},
    "tactile": {"soft"},
    "tac\u200btile": {"soft"},
    "\u200fright\u200f": {"soft"},
    # full width
    "ｉｎｔｅｒｌｉｂｒａｒｙ　ｌｏａｎ": {"ill", "ill-old", "topic-ill", "person-wen"},
    "chrome": {"pdf-zh"},
    "ＰＤＦ": {"pdf-zh"},
    # Chinese: words of two, three, four characters; one character
    "馆际互借": {"ill-zh", "ill-hant", "topic-ill"},
    "图书馆": {"ill-zh", "ill-hant"},
    "借书": {"ill-zh", "borrow-zh"},
    "续借": {"wechat-zh"},
    "书": {"book-one", "ill-zh", "ill-hant", "wechat-zh", "borrow-zh", "copyright-hant"},
    "谱": {"local-zh"},
    "镇": {"local-zh"},
    "读者": {"ill-hant", "borrow-zh"},
    "论文 免费": {"oa-zh"},
    "开放获取": {"oa-zh", "topic-oa"},
    # Traditional against Simplified, both ways
    "館際互借": {"ill-zh", "ill-hant", "topic-ill"},
    "圖書館": {"ill-zh", "ill-hant"},
    "讀者證": {"borrow-zh"},
    "著作权": {"local-zh", "copyright-hant"},
    "著作權": {"local-zh", "copyright-hant"},
    "看着": {"copyright-hant"},
    # mixed scripts
    "pdf文件": {"pdf-zh"},
    "PDF 文件": {"pdf-zh"},
    "Wen 李文": {"person-wen"},
    "微信 续借": {"wechat-zh"},
    # other labels
    "document supply": {"topic-ill"},
    "ILL": {"topic-ill"},
    # the start of a word, asked for
    "librar*": {"ill", "ill-old"},
    "interlib*": {"ill", "ill-old", "topic-ill", "person-wen"},
    "libraries*": {"ill", "ill-old"},
    # words that nearly every text has count only where nothing else is asked
    "the costs of a loan": {"ill"},
    # closed to visitors
    "xyzzyqua": set(),
    "heating": set(),
    "databases": set(),
}

# what people and robots also type: an answer, whatever it is, and never a fault
ODD = [
    "",
    " ",
    '"',
    '""',
    '"""',
    "-",
    "--",
    "- -",
    "*",
    "**",
    "AND",
    "OR NOT",
    "( ) ) (",
    "NEAR(a b)",
    "title:",
    "^",
    ":",
    "a:*",
    "'",
    "''",
    "\\",
    "\x00",
    "a\x00b",
    "\u200f",
    "\u202e",
    "\ud800",
    "%",
    "_",
    "&|!",
    "<->",
    "!(",
    '-"',
    '-"',
    '"-',
    '" -a "',
    "🙂",
    "￼",
    "x" * 10_000,
    "馆" * 10_000,
    "-a " * 3_000,
    '"' * 10_000,
    "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p",
    "{title} : x",
    "1e999",
    "9" * 5_000,
    "ﷺ",
    "“",
    "”“",
    "'; DROP TABLE x; --",
]
