"""How surnames are said where the same character is said otherwise, and two-character surnames."""

_ONE = """
    单:shan 曾:zeng 解:xie 仇:qiu 查:zha 区:ou 盖:ge 任:ren 朴:piao 繁:po 员:yun 贠:yun 召:shao
    卜:bu 翟:zhai 尉:wei 华:hua 覃:qin 纪:ji 宁:ning 应:ying 乐:yue 缪:miao 种:chong 秘:bi
    冼:xian 折:she 黑:he 撒:sa 能:nai 隗:wei 缴:jiao 晁:chao 郗:xi 过:guo 葛:ge 万:wan 牟:mu
    車:che 车:che 石:shi 谌:chen 幺:yao 洗:xian 尹:yin 朱:zhu 重:chong 长:chang 祭:zhai 燕:yan
    干:gan 戴:dai 那:na 哈:ha 佘:she 句:gou 勾:gou 载:zai 钻:zuan 眭:sui 逄:pang 乜:nie 殷:yin
    俞:yu 余:yu 於:yu 于:yu 少:shao 行:xing 洪:hong 沈:shen 冯:feng 柏:bai 薄:bo 贾:jia 强:qiang
    瞿:qu 郇:huan 厍:she 郝:hao 訾:zi 阚:kan 鲜:xian 呙:guo 令:ling 肖:xiao 育:yu 适:kuo 见:jian
    曲:qu 逯:lu 相:xiang 舍:she 盛:sheng 谷:gu 褚:chu 都:du 骆:luo 教:jiao 台:tai 厘:xi 鹄:hu
    巷:xiang 筰:zuo 粘:nian 卡:ka 参:shen 信:xin 占:zhan 俱:ju 澹:tan 便:pian
"""
_TWO = """
    欧阳:ou:yang 司马:si:ma 上官:shang:guan 诸葛:zhu:ge 东方:dong:fang 皇甫:huang:fu 尉迟:yu:chi
    公孙:gong:sun 长孙:zhang:sun 慕容:mu:rong 司徒:si:tu 司空:si:kong 单于:chan:yu 令狐:ling:hu
    夏侯:xia:hou 宇文:yu:wen 轩辕:xuan:yuan 端木:duan:mu 百里:bai:li 南宫:nan:gong 独孤:du:gu
    万俟:mo:qi 澹台:tan:tai 淳于:chun:yu 太史:tai:shi 申屠:shen:tu 公冶:gong:ye 宗政:zong:zheng
    濮阳:pu:yang 钟离:zhong:li 鲜于:xian:yu 闻人:wen:ren 赫连:he:lian 呼延:hu:yan 拓跋:tuo:ba
    西门:xi:men 东郭:dong:guo 闾丘:lv:qiu 子车:zi:ju 亓官:qi:guan 仲孙:zhong:sun 纳兰:na:lan
    完颜:wan:yan 叶赫:ye:he 第五:di:wu 梁丘:liang:qiu 左丘:zuo:qiu 东门:dong:men
"""

# A character, and its reading as a surname.
SURNAMES: dict[str, str] = dict(e.split(":") for e in _ONE.split())

# Two characters, and their readings as a surname.
COMPOUND: dict[str, tuple[str, str]] = {
    name: (first, second) for name, first, second in (e.split(":") for e in _TWO.split())
}
