"""Made-up people: names after herbs, phones 121…, papers of a region that was never given."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from yilu.patients.rules.papers import check_character

SURNAMES = tuple(
    "陈林宋沈苏韩傅葛屈伍程乔唐顾严贺尹曹丁范温鲁莫任卫殷柏罗叶谢江龙薛雷"
    "计裘祝阮凌桑佟巫闵明邓汪何方郑杨钱孙李周吴王冯褚蒋朱秦尤许吕施张孔"
    "华金魏陶姜戚邹喻水窦章云潘奚彭郎昌马苗凤花俞袁柳鲍史费廉岑倪汤"
)
COMPOUND = ("欧阳", "上官", "司徒")
_HERBS = (
    "白芷半夏连翘青黛白芍远志桑叶合欢茯苓南星佩兰竹茹紫菀香附当药玉兰豆蔻川芎菖蒲夷山"
    "木兰桔梗细辛党参枝子天麻白术青蒿当归葵珠木香卷柏辛夷麦冬防风紫苏泽兰苍术杜若石斛"
    "决明茵陈玄参沉香降香苏木川楝枸杞山药黄精玉竹百合知母天冬石韦海棠忍冬木槿月季蒲黄"
    "艾叶薄荷藿香丹参元参首乌银花菊花桂枝茜草地榆槐米侧柏三七灵芝雪莲红花益母王留"
)
HERBS = tuple(_HERBS[n : n + 2] for n in range(0, len(_HERBS), 2))
STREETS = ("禾香路", "稻花街", "麦浪路", "粟园巷", "豆蔻街", "桑梓路", "采薇路", "蒹葭街")
REGION = "999999"
CHILD, ADULT = "child", "adult"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody made up. Valid in form, impossible in fact."""

    name: str
    sex: str
    born_on: date
    id_number: str
    phone: str
    address: str
    needs: tuple[str, ...]


def make_people(*, seed: int, children: int, adults: int, today: date) -> dict[str, list[Person]]:
    """People by pool. The same seed and day make the same people."""
    chance = Random(f"people:{seed}")  # noqa: S311 (a story, not a secret)
    pools: dict[str, list[Person]] = {CHILD: [], ADULT: []}
    given: set[str] = set()
    for n in range(children + adults):
        pool = CHILD if n < children else ADULT
        person = _person(chance, n, pool, today)
        while person.id_number in given:
            person = _person(chance, n, pool, today)
        given.add(person.id_number)
        pools[pool].append(person)
    return pools


def _person(chance: Random, n: int, pool: str, today: date) -> Person:
    age_days = (
        int(chance.triangular(120, 13.9 * 365, 3.5 * 365))
        if pool == CHILD
        else int(chance.triangular(15 * 365, 92 * 365, 42 * 365))
    )
    born_on = today - timedelta(days=age_days)
    male = chance.random() < 0.47
    order = n % 500 * 2 + (1 if male else 0)
    return Person(
        name=_surname(chance) + chance.choice(HERBS),
        sex="male" if male else "female",
        born_on=born_on,
        id_number=_id_number(born_on, order),
        phone=f"121{n:04d}{chance.randrange(10000):04d}",
        address=f"安禾市{chance.choice(STREETS)} {chance.randint(1, 260)} 号",
        needs=_needs(chance, age_days),
    )


def _surname(chance: Random) -> str:
    return chance.choice(COMPOUND if chance.random() < 0.02 else SURNAMES)


def _id_number(born_on: date, order: int) -> str:
    first = f"{REGION}{born_on:%Y%m%d}{order:03d}"
    return first + check_character(first)


def _needs(chance: Random, age_days: int) -> tuple[str, ...]:
    if age_days > 70 * 365 and chance.random() < 0.12:
        return ("wheelchair",)
    return ()
