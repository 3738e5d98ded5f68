"""The one table of messages: for each code what is wrong, and what to do about it.

A code's first digit says where the problem stands: 1 method file, 2 county table, 3 parameters and
pot, 4 arithmetic, 5 division and settlement, 6 cases, 7 the law as it is written
down, 8 files and workbooks, 9 the command itself. `{names}` are filled in by
`issues.issue`. The reference page of the codes is generated from this table.
"""

from __future__ import annotations

from typing import Literal, NamedTuple


class Message(NamedTuple):
    """The texts of one code."""

    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""
    severity: Literal["error", "warning", "note"] = "error"


MESSAGES: dict[str, Message] = {
    # --- 1: the method file -----------------------------------------------------------------------
    "TC101": Message(
        "找不到办法「{name}」", "there is no method “{name}”",
        "运行 transfer-calc list 查看全部办法；相近的有：{near}",
        "run transfer-calc list to see them all; near: {near}",
    ),
    "TC102": Message(
        "办法文件不是有效的 YAML：{detail}", "the method file is not valid YAML: {detail}",
        "检查该行的缩进、冒号和引号", "check indentation, colons and quotes on that line",
    ),
    "TC103": Message(
        "键「{key}」重复，第一次出现在第 {first} 行", "the key “{key}” stands twice, first on line {first}",
        "删去其中一个", "remove one of them",
    ),
    "TC104": Message(
        "「{path}」不合要求：{detail}", "“{path}” is not as it should be: {detail}",
        "格式见 docs/reference/method-file", "the form is in docs/reference/method-file",
    ),
    "TC105": Message(
        "公式中的名称「{name}」没有定义", "the formula names “{name}”, which is not defined",
        "相近的名称：{near}", "near names: {near}",
    ),
    "TC106": Message(
        "步骤互相引用，形成循环：{cycle}", "the steps refer to each other in a circle: {cycle}",
        "一步只能引用在它之前算得出的量", "a step may only use what can be computed before it",
    ),
    "TC107": Message(
        "层级不符：{detail}", "wrong level: {detail}",
        "全国（全省）合计用 total(…)，分组合计用 total(…, by=组)",
        "for one figure for all use total(…), for one a group total(…, by=group)",
    ),
    "TC108": Message(
        "公式写法有误：{detail}", "the formula cannot be read: {detail}",
        "语法见 docs/reference/language", "the grammar is in docs/reference/language",
    ),
    "TC109": Message(
        "公式超出限制：{detail}", "the formula is beyond the limits: {detail}",
        "把公式拆成几个步骤", "split the formula into several steps",
    ),
    "TC110": Message(
        "公式中不允许使用{what}", "a formula may not use {what}",
        "允许的写法见 docs/reference/language", "what is allowed is in docs/reference/language",
    ),
    "TC111": Message(
        "没有「{name}」这个函数", "there is no function “{name}”",
        "相近的函数：{near}", "near functions: {near}",
    ),
    "TC112": Message(
        "函数 {name} 的参数不对：{detail}", "function {name} is called wrongly: {detail}",
        "用法：{usage}", "usage: {usage}",
    ),
    "TC113": Message(
        "类型不符：{detail}", "wrong kind of value: {detail}",
    ),
    "TC114": Message(
        "字符「{char}」（{unicode}）不能用在公式里", "the character “{char}” ({unicode}) cannot stand in a formula",
        "{advice}", "{advice}",
    ),
    "TC115": Message(
        "公式里写着数字 {number}", "the number {number} stands inside a formula",
        "政策数字要写成带文号的参数；公式里只允许 0、1 和舍入位数",
        "a number of law is a cited parameter; a formula may hold only 0, 1 and rounding digits",
    ),
    "TC116": Message(
        "名称「{name}」用了两次：{first} 和 {second}", "the name “{name}” is used twice: {first} and {second}",
        "每个名称在一个办法里只能有一个意思", "a name has one meaning within a method",
    ),
    "TC117": Message(
        "引用的共用件「{name}」里没有「{item}」", "the shared piece “{name}” holds no “{item}”",
        "可以引用的有：{known}", "it holds: {known}",
    ),
    "TC118": Message(
        "办法「{name}」在 {on} 尚未施行或已经失效", "method “{name}” is not in force on {on}",
        "施行期间：{period}；用 --on 指定日期", "in force: {period}; give a date with --on",
    ),
    "TC119": Message(
        "办法文件的标识「{name}」与路径「{path}」不一致", "the id “{name}” differs from the path “{path}”",
    ),
    "TC120": Message(
        "单位「{unit}」无法换算为「{to}」", "“{unit}” cannot be converted to “{to}”",
        "金额单位可用：分、元、万元、亿元，或同一外币", "money units: 分, 元, 万元, 亿元, or one foreign currency",
    ),
    "TC121": Message(
        "文件太大或嵌套太深：{detail}", "the file is too large or nested too deeply: {detail}",
    ),
    "TC122": Message(
        "单位不合：{left}（{one}）与 {right}（{other}）不是同一种量", "units do not fit: {left} ({one}) and {right} ({other})",
        "检查公式，或各项声明的单位", "check the formula, or the units declared",
    ),
    "TC123": Message(
        "不认识单位「{unit}」", "the unit “{unit}” is not known",
        "已有的单位见 docs/reference/units", "the units that are known are in docs/reference/units",
    ),
    # --- 2: the county table ----------------------------------------------------------------------
    "TC201": Message(
        "缺少列「{column}」", "the column “{column}” is missing",
        "{advice}", "{advice}",
    ),
    "TC202": Message(
        "「{column}」应为数字，这里是文字「{value}」", "“{column}” should be a number, here is the text “{value}”",
        "改成数字；没有数据请核实，不要用 0 代替", "enter a number; if there is none, find out, do not write 0",
    ),
    "TC203": Message(
        "「{column}」为空", "“{column}” is blank",
        "空格不等于 0：请填数，确为零时填 0", "a blank is not 0: enter the figure, and 0 only if it is zero",
    ),
    "TC204": Message(
        "「{column}」不能小于 {limit}，这里是 {value}", "“{column}” may not be below {limit}, here it is {value}",
        "检查正负号和单位", "check the sign and the unit",
    ),
    "TC205": Message(
        "「{column}」不能大于 {limit}，这里是 {value}", "“{column}” may not be above {limit}, here it is {value}",
        "检查单位", "check the unit",
    ),
    "TC206": Message(
        "代码 {value} 重复，第一次出现在 {first}", "the code {value} stands twice, first at {first}",
        "一个地区只能有一行", "a unit has one row",
    ),
    "TC207": Message(
        "「{value}」不是六位行政区划代码", "“{value}” is not a six-digit GB/T 2260 code",
        "代码为六位数字，如 620522", "a code has six digits, such as 620522",
    ),
    "TC208": Message(
        "这一行是「{value}」行，不是一个地区", "this row is a total (“{value}”), not a unit",
        "删去合计、小计行，否则会重复计算", "remove total rows, or they are counted twice",
    ),
    "TC209": Message(
        "表中没有数据行", "the table has no rows",
    ),
    "TC210": Message(
        "列「{column}」出现了两次：{first} 和 {second}", "the column “{column}” stands twice: {first} and {second}",
        "删去其中一列", "remove one of them",
    ),
    "TC211": Message(
        "找不到表头：前 {rows} 行里没有代码列", "no header found: no code column in the first {rows} rows",
        "表头要有「{code}」列", "the header needs a column “{code}”",
    ),
    "TC212": Message(
        "无法读取文件：{detail}", "the file cannot be read: {detail}",
        "请用 .xlsx 或 .csv（UTF-8 或 GB18030）", "use .xlsx or .csv (UTF-8 or GB18030)",
    ),
    "TC213": Message(
        "列「{column}」的单位写的是「{found}」，办法要求「{wanted}」",
        "the column “{column}” says “{found}” but the method wants “{wanted}”",
        "换算数据并改表头", "convert the figures and change the heading",
    ),
    "TC214": Message(
        "「{column}」应为是或否，这里是「{value}」", "“{column}” should be yes or no, here is “{value}”",
        "填 是／否 或 1／0", "enter 是/否, yes/no or 1/0",
    ),
    "TC215": Message(
        "「{column}」不在允许的取值内：「{value}」", "“{column}” is not one of the allowed values: “{value}”",
        "允许的取值：{allowed}", "allowed: {allowed}",
    ),
    "TC216": Message(
        "录入数有误：{detail}", "an entered amount is wrong: {detail}",
        "录入数要有代码、步骤、数值、理由、录入人五项",
        "an entered amount has a code, a step, a value, a reason and an author",
    ),
    "TC217": Message(
        "代码为空", "the code is blank",
        "给这一行填上代码，或删去这一行", "give the row its code, or remove the row",
    ),
    "TC218": Message(
        "「{column}」的数值不是有限数：{value}", "“{column}” is not a finite number: {value}",
    ),
    "TC219": Message(
        "{value} 是县级代码，而这个办法在省级之间分配", "{value} is a county code, but this method divides among provinces",
        "县级分配请用面向市县的办法，如 cn/model/equalization-county",
        "for counties use a method made for them, such as cn/model/equalization-county",
    ),
    "TC221": Message(
        "{value} 是省或市州的代码，不是县级代码", "{value} is the code of a province or prefecture, not of a county",
        "市州合计行请删去，否则会重复计算；市本级请用它自己的代码",
        "remove the row if it is a total, or it is counted twice; a city proper has a code of its own",
    ),
    "TC223": Message(
        "表头「{column}」括号里的「{remark}」不是已知的单位，这一列按 {wanted} 读",
        "“{remark}” in the heading “{column}” is no known unit; the column is read as {wanted}",
        "单位写成 {wanted}，或去掉括号", "write the unit as {wanted}, or drop the bracket", "warning",
    ),
    "TC222": Message(
        "缺少列「{column}」：所选的「{choice}」要用它", "the column {column} is missing: what was chosen for “{choice}” needs it",
        "加上这一列，或改选", "add the column, or choose otherwise",
    ),
    "TC220": Message(
        "参数表的表头不全", "the headings of the parameter sheet are not complete",
        "要有「名称」和「数值」两列", "it needs the columns 名称 and 数值 (name, value)",
    ),
    # --- 2, read in another form, or refused because it is not certain -------------------------------
    # --- 2, doubts: figures that a finance person would ask about ------------------------------------
    # --- 3: parameters and the pot ----------------------------------------------------------------
    "TC301": Message(
        "没有给出资金总额", "the pool is missing",
        "用 --pool 给出，或在 参数 表里填「资金总额」（单位：{unit}）",
        "give --pool, or a row 资金总额 on the sheet 参数 (unit: {unit})",
    ),
    "TC302": Message(
        "资金总额「{value}」不是数字", "the pool “{value}” is not a number",
        "只写数字，如 4500000，单位由办法规定", "write the number alone, such as 4500000; the method says the unit",
    ),
    "TC303": Message(
        "资金总额不能为负：{value}", "the pool may not be negative: {value}",
    ),
    "TC304": Message(
        "资金总额 {value} {unit} 不是结算单位（{settle}）的整数倍",
        "the pool {value} {unit} is not a whole number of settle units ({settle})",
        "多出的尾数无法下达，请核对", "the rest could not be paid out; please check",
    ),
    "TC305": Message(
        "办法没有参数「{name}」", "the method has no parameter “{name}”",
        "相近的参数：{near}", "near: {near}",
    ),
    "TC306": Message(
        "参数「{label}」（{name}）没有数值：文件未公布，需由使用者给出",
        "the parameter “{label}” ({name}) has no value: the law does not publish it, you must give it",
        "用 --set {name}=数值 给出，或写入 参数 表", "give --set {name}=VALUE, or a row on the sheet 参数",
    ),
    "TC307": Message(
        "参数「{name}」的数值「{value}」不是数字", "the value “{value}” of parameter “{name}” is not a number",
        "只写数字，不写单位和说明", "write the number alone, without a unit or a remark",
    ),
    "TC308": Message(
        "参数「{name}」= {value} 超出范围 [{low}, {high}]", "parameter “{name}” = {value} is outside [{low}, {high}]",
        "比例写成小数：8% 写作 0.08 或 8%", "a share is written as 0.08 or 8%",
    ),
    "TC309": Message(
        "「{label}」（{name}）在 {on} 没有生效的数值，已知：{known}",
        "“{label}” ({name}) has no value in force on {on}; known: {known}",
        "换一个日期，或用 --set 给出该日的数值", "choose another date, or give the value of that day with --set",
    ),
    "TC310": Message(
        "选项「{label}」（{name}）没有选定", "the choice “{label}” ({name}) has not been made",
        "可选：{options}", "options: {options}",
    ),
    "TC311": Message(
        "选项「{name}」没有「{value}」这一项", "the choice “{name}” has no option “{value}”",
        "可选：{options}", "options: {options}",
    ),
    "TC312": Message(
        "这个办法没有资金总额，却给了 {value}", "this method divides no pool, yet {value} was given",
        "去掉 --pool", "leave --pool out",
    ),
    "TC313": Message(
        "日期「{value}」无法识别", "the date “{value}” cannot be read",
        "写成 2024-07-01", "write 2024-07-01",
    ),
    "TC314": Message(
        "参数「{name}」的单位写的是「{found}」，办法要求「{wanted}」",
        "parameter “{name}” is given in “{found}” but the method wants “{wanted}”",
    ),
    "TC315": Message(
        "「{name}」写了两次", "“{name}” stands twice",
    ),
    "TC316": Message(
        "步骤「{step}」要用「{needed}」，但按所选选项不计算后者",
        "step “{step}” needs “{needed}”, which the choices switch off",
        "检查选项，或修改办法中的 when", "check the choices, or the method’s when",
    ),
    "TC317": Message(
        "录入数的代码 {value} 不在表中", "the entered amount’s code {value} is not in the table",
    ),
    "TC318": Message(
        "{value} 的步骤「{step}」录入了两次", "an amount was entered twice for {value}, step “{step}”",
    ),
    "TC319": Message(
        "没有给出「{label}」（{name}）", "“{label}” ({name}) was not given",
        "这是全体共用的一个数，在「参数」表中给出，或用 --set {name}=…",
        "it is one figure for the whole run: give it on the sheet 参数 or with --set {name}=…",
    ),
    # --- 4: arithmetic ----------------------------------------------------------------------------
    "TC401": Message(
        "步骤「{step}」除以零：{detail}", "step “{step}” divides by zero: {detail}",
        "核对分母的数据", "check the figures of the denominator",
    ),
    "TC402": Message(
        "步骤「{step}」的结果不是数字：{detail}", "step “{step}” is not a number: {detail}",
    ),
    "TC403": Message(
        "步骤「{step}」的结果太大：{detail}", "step “{step}” is too large: {detail}",
    ),
    "TC404": Message(
        "表「{table}」里没有「{key}」", "the table “{table}” has no “{key}”",
        "已有：{known}", "it has: {known}",
    ),
    "TC405": Message(
        "步骤「{step}」：{function} 没有结果：没有地区可算，或合计为零，或各地数值相同",
        "step “{step}”: {function} has no value: no unit takes part, or the total or the spread is zero",
        "检查 where 条件和数据", "check the where condition and the data",
    ),
    "TC406": Message(
        "承诺「{promise}」没有兑现：{detail}", "the promise “{promise}” is broken: {detail}",
        "这是办法或参数的问题，结果不予出具", "the method or its parameters are at fault; there is no result",
    ),
    "TC407": Message(
        "另有 {count} 处同样的问题", "{count} more of the same kind",
    ),
    "TC408": Message(
        "不符合办法的条件「{condition}」{detail}", "the method’s condition “{condition}” does not hold{detail}",
        "核对数据和参数；条件的公式见 transfer-calc show",
        "check the data and the parameters; transfer-calc show has its formula",
    ),
    # --- 5: division and settlement ----------------------------------------------------------------
    "TC501": Message(
        "下限合计 {floors} 超过资金总额 {pool}，差 {excess}",
        "the floors together, {floors}, exceed the pool {pool} by {excess}",
        "增加资金或降低保底", "raise the pool or lower the floors",
    ),
    "TC502": Message(
        "上限合计 {caps} 低于资金总额 {pool}，有 {excess} 分不出去",
        "the caps together, {caps}, stay below the pool {pool}: {excess} cannot be paid out",
        "减少资金或提高上限", "lower the pool or raise the caps",
    ),
    "TC503": Message(
        "所有地区的依据都是零，{pool} 无从分配", "all claims are zero, so {pool} cannot be divided",
        "检查依据所在的步骤和数据", "check the step and the data of the claim",
    ),
    "TC504": Message(
        "下限 {floor} 高于上限 {cap}", "the floor {floor} is above the cap {cap}",
    ),
    "TC505": Message(
        "分配依据不能为负：{value}", "a claim may not be negative: {value}",
        "在公式里用 max(…, 0)", "use max(…, 0) in the formula",
    ),
    "TC506": Message(
        "{what} 不是有限数：{value}", "{what} is not a finite number: {value}",
    ),
    "TC507": Message(
        "资金总额不能为负：{value}", "the pool may not be negative: {value}",
    ),
    "TC508": Message(
        "待结算金额合计 {sum}，与总额 {total} 不符", "the amounts add up to {sum}, not to the total {total}",
        "先分配，再结算", "divide first, then settle",
    ),
    "TC509": Message(
        "上下限之间（{floor} 至 {cap}）没有整数结算单位", "no whole settle unit lies between {floor} and {cap}",
    ),
    "TC510": Message(
        "在上下限之内无法凑足总额：还差 {rest} 个结算单位",
        "inside the bounds the total cannot be reached: {rest} settle units remain",
    ),
    "TC511": Message(
        "总额 {total} 不是结算单位 {unit} 的整数倍", "the total {total} is not a whole number of units of {unit}",
    ),
    "TC512": Message(
        "金额太大，无法用整数结算：{value}", "the amount is too large to be settled in whole units: {value}",
    ),
    "TC520": Message(
        "资金总额 {pool} 超过依据合计 {claims}，多出 {excess}",
        "the pool {pool} is above the claims together, {claims}, by {excess}",
        "按依据足额拨付，或改用 proportional", "pay the claims in full, or use proportional",
    ),
    "TC521": Message(
        "规模必须大于零：{value}", "a size must be greater than 0: {value}",
        "检查该地区的规模数据，或将其移出范围", "check the size of this county, or leave it out",
    ),
    # solving
    "TC525": Message(
        "PuLP 不能表示二次目标，不能用它求最小二乘", "PuLP has no quadratics, so it cannot find a least-squares answer",
        "去掉 route，或改用最小绝对偏差", "leave route out, or use least absolute deviation",
    ),
    "TC526": Message(
        "最小二乘不能与取整约束（有则不少于、最多若干个地区）一起使用",
        "least squares cannot be used with whole-number constraints (least if any, most recipients)",
        "改用最小绝对偏差", "use least absolute deviation",
    ),
    "TC527": Message(
        "求解方式 {route} 不支持这个组合：{objective}，{constraints}",
        "route {route} does not support this pair: {objective}, {constraints}",
        "可用的求解方式：{routes}", "routes that do: {routes}",
    ),
    "TC528": Message(
        "求解器给出的结果违反约束，差 {by}；结果作废", "the solver's answer misses this by {by}; it is discarded",
        "换一种求解方式再算（route）", "try another route",
    ),
    "TC529": Message(
        "求解器称已达最优，但目标值 {value} 与可证明的界限 {bound} 相差 {gap}（相对值）；结果作废",
        "the solver says optimal, but the value {value} and the bound proved, {bound}, are {gap} apart (relative); the answer is discarded",
        "换一种求解方式再算（route）", "try another route",
    ),
    "TC530": Message(
        "求解器没有给出结果：{said}", "the solver gave no answer: {said}",
        "换一种求解方式再算（route）", "try another route",
    ),
    "TC531": Message(
        "没有满足全部约束的分配方案", "no allocation meets all the constraints",
    ),
    "TC532": Message(
        "目标没有上限：没有任何约束阻止金额无限增加", "the objective has no end: nothing keeps the amounts from growing for ever",
        "加上资金总额或上限", "add a pot or caps",
    ),
    "TC533": Message(
        "{what}必须大于零：{value}", "{what} must be greater than 0: {value}",
        "检查该地区的数据，或将其移出范围", "check the data of this county, or leave it out",
    ),
    "TC534": Message(
        "目标的次序不能实现：{detail}", "the objectives cannot be taken in this order: {detail}",
        "调整目标的次序", "change the order of the objectives",
    ),
    # conflicts and whole amounts
    "TC535": Message(
        "下限 {floor} 高于上限 {cap}（由{who}设定）", "the floor {floor} is above the cap {cap} (set by {who})",
        "{remedy}", "{remedy}",
    ),
    "TC536": Message(
        "下限合计超过资金总额：{detail}", "the floors exceed the pot: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC537": Message(
        "上限合计低于资金总额：{detail}", "the caps stay below the pot: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC538": Message(
        "下限合计超过对一组地区的限额：{detail}", "floors exceed what a group may get: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC539": Message(
        "上限合计低于一组地区的最低数：{detail}", "caps stay below what a group must get: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC540": Message(
        "「{name}」没有涉及任何地区，却要求{amount}", "“{name}” holds for no recipient, yet asks for {amount}",
        "检查分组列和条件", "check the group column and the condition",
    ),
    "TC541": Message(
        "各组最低数合计超过资金总额：{detail}", "the minima of groups together exceed the pot: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC542": Message(
        "以下约束不能同时成立：{detail}", "these constraints cannot hold together: {detail}",
        "{remedy}", "{remedy}",
    ),
    "TC543": Message(
        "{what}没有上界，目标可以无限改进", "nothing limits {what}: the objective has no best value",
        "给出资金总额或上限", "give a pot or caps",
    ),
    "TC544": Message(
        "需求必须大于零，这里是 {value}", "the need must be above zero, here it is {value}",
        "核对需求所在的列", "check the column of the need",
    ),
    "TC545": Message(
        "上限 {cap} 不足一个结算单位（{unit}），无法支付", "the cap {cap} is below one settle unit ({unit}): nothing can be paid",
        "提高上限，或改用较小的结算单位", "raise the cap or settle in a smaller unit",
        severity="warning",
    ),
    "TC546": Message(
        "下限 {floor} 与上限 {cap}（由{who}设定）不能按整数结算单位守住，结算为 {paid}",
        "the floor {floor} and the cap {cap} (set by {who}) cannot be kept in whole settle units; {paid} is paid",
        "上下限用整数结算单位", "set floors and caps in whole settle units",
        severity="warning",
    ),
    "TC547": Message(
        "「{name}」没有整数解，结算时相差{units}单位", "no whole amounts keep “{name}”; it is kept within {units}",
        "把限额定为整数结算单位，或允许相差一个单位", "set it in whole settle units, or allow a difference of one",
        severity="warning",
    ),
    "TC548": Message(
        "最低起付额与受助个数的限制不能同时满足：{detail}", "the least award and the number of recipients cannot both be kept: {detail}",
        "增加受助个数，或降低起付额", "allow more recipients or lower the least award",
    ),
    "TC549": Message(
        "没有找到守住「{name}」的整数解，结算时相差{units}单位", "no whole amounts were found that keep “{name}”; it is kept within {units}",
        "地区太多，未能搜索完；可改用较大的结算单位，或允许相差一个单位", "there are too many recipients for a full search; settle in a larger unit or allow a difference of one",
        severity="warning",
    ),
    # budgets
    "TC550": Message(
        "预算文件不合要求：{detail}", "the budget file is not as it should be: {detail}",
        "格式见 docs/reference/budget", "the form is in docs/reference/budget",
    ),
    "TC551": Message(
        "办法 {method} 没有逐个地区的步骤「{step}」", "the method {method} has no step “{step}” with a figure for each unit",
        "用 transfer-calc show {method} 查看步骤", "transfer-calc show {method} lists its steps",
    ),
    "TC552": Message(
        "名称 {name} 在预算与办法 {method} 中意思不同", "the name {name} means something else in the method {method}",
        "在预算中换一个名称", "choose another name in the budget",
    ),
    "TC553": Message(
        "「{formula}」应为{wanted}", "“{formula}” should be {wanted}",
        "条件用是或否的列或比较；金额用数字", "a condition is a yes or no, an amount is a number",
    ),
    "TC554": Message(
        "权重或作分母的测算数必须大于零，这里是 {value}", "a weight, or a target that is divided by, must be above zero; here it is {value}",
        "去掉 relative，或核对数据", "leave relative out, or check the figure",
    ),
    "TC555": Message(
        "「{name}」要求下限 {floor}，但这里不符合任何一项资金的条件",
        "“{name}” asks for at least {floor}, but no pot is open to this recipient",
        "检查各项资金的 eligible，或给下限加上 where", "check who is eligible, or give the floor a where",
    ),
    "TC556": Message(
        "{what}合计不大于零，占比无从计算", "{what} adds up to nothing above zero: there are no shares",
        "核对数据", "check the figures",
    ),
    "TC557": Message(
        "「{name}」未能在 {rounds} 轮内满足", "“{name}” could not be met within {rounds} rounds",
        "放宽倍数，或用 where 缩小比较范围", "allow a higher ratio, or compare fewer with where",
    ),
    "TC558": Message(
        "没有找到满足全部约束的分配，也没有找到互相冲突的约束", "neither an allocation that keeps every constraint nor a conflict among them was found",
        "减少约束再试，并报告这个问题", "try with fewer constraints, and report this",
    ),
    "TC560": Message(
        "可以安排的支援方只有 {possible} 个，需要 {wanted} 个", "only {possible} supporters can be given, {wanted} are needed",
        "补上费用，或增加支援方", "give a cost, or more supporters",
    ),
    "TC561": Message(
        "支援能力合计 {capacity}，不够 {wanted} 个支援关系", "the supporters together can take {capacity}, not the {wanted} that are needed",
        "提高 capacity，或减少每县的支援方个数", "raise the capacities, or ask for fewer supporters a county",
    ),
    "TC562": Message(
        "对口支援表有误：{detail}", "the table of supporters is wrong: {detail}",
    ),
    "TC563": Message(
        "能力和可行的配对不够，这些县安排不上支援方：{counties}", "capacities and allowed pairs leave these counties without a supporter: {counties}",
        "提高 capacity，或放开更多配对", "raise capacities, or allow more pairs",
    ),
    # --- 6: cases -----------------------------------------------------------------------------------
    "TC601": Message(
        "算例文件有误：{detail}", "the case file is wrong: {detail}",
        "格式见 docs/reference/method-file", "the form is in docs/reference/method-file",
    ),
    # --- 7: the law as it is written down -----------------------------------------------------------
    "TC701": Message(
        "「{what}」没有依据或依据等级", "“{what}” has no citation or no grade",
        "写明 cite 和 evidence；假设和未公布的可以在 note 里说明", "give cite and evidence; an assumption or an unpublished figure may say why in note",
    ),
    "TC702": Message(
        "办法所依据的文件「{document}」不在登记簿里", "the document “{document}” that the method encodes is not in the register",
        "登记簿是 formulas/documents.yaml；没有文号的文件按名称登记",
        "the register is formulas/documents.yaml; a document without a number stands there by its title",
    ),
    "TC703": Message(
        "提到的文号「{number}」不在登记簿里", "the document number “{number}” is not in the register",
        "核对文号；没有见过出处的文号不能写", "check the number; one without a source that was seen may not be written",
    ),
    "TC704": Message(
        "「{what}」的依据等级 {grade} 高于文件「{document}」的 {bound}", "“{what}” is graded {grade}, above the {bound} of the document “{document}”",
        "降低等级，或在 cite 里写明另外的文件", "lower the grade, or name another document in cite",
    ),
    "TC705": Message(
        "网址「{url}」不是政府网站", "the address “{url}” is not that of a government",
        "只写政府网站的网址，否则去掉 url", "give the address of a government host, or leave url out",
    ),
    "TC706": Message(
        "「{title}」的标准名称是 {standard}，这里是 {name}", "the standard name of “{title}” is {standard}, here it is {name}",
        "改用标准名称，或以它为名称的一部分", "use the standard name, or make it a part of the name",
        severity="warning",
    ),
    "TC707": Message(
        "名称 {name} 通常指「{term}」，这里的标题是「{title}」", "the name {name} stands for “{term}”, here its title is “{title}”",
        "换一个名称，或在标题中写明", "choose another name, or say so in the title",
        severity="warning",
    ),
    "TC708": Message(
        "名称 {name} 在 {other} 中以「{was}」计，这里以「{unit}」计", "the name {name} is measured in “{was}” in {other}, here in “{unit}”",
        "不是同一种量，请换一个名称", "they are not one kind of quantity; choose another name",
        severity="warning",
    ),
    "TC709": Message(
        "名称 {name} 在 {other} 中是「{was}」，这里是「{title}」", "the name {name} is “{was}” in {other}, here it is “{title}”",
        "不是同一个意思就换一个名称", "choose another name where the meaning is another",
        severity="warning",
    ),
    "TC710": Message(
        "「{what}」没有被用到", "nothing uses “{what}”",
        "删去，或在公式中使用", "remove it, or use it in a formula",
        severity="warning",
    ),
    "TC711": Message(
        "「{what}」在 {first} 起的数值到 {until} 才结束，与 {second} 起的重叠", "“{what}”: the value from {first} ends on {until} and overlaps the one from {second}",
        "until 是最后一天，应早于下一个数值的开始", "until is the last day and lies before the next value begins",
    ),
    "TC712": Message(
        "与 {other} 的施行期间重叠（{other} 到 {until} 为止）", "the time in force overlaps that of {other} (which ends {until})",
        "给旧办法写上 in_force 的 until", "give the older method an until in in_force",
    ),
    "TC713": Message(
        "「{where}」的 {lang} 文字不合要求：{detail}", "the {lang} text of “{where}” is not as it should be: {detail}",
        "标题和说明都要有中文和英文；英文里的中文词要加引号",
        "titles and notes stand in Chinese and in English; a Chinese word in English stands in quotes",
    ),
    "TC714": Message(
        "参数「{what}」标作未公布，却有数值", "the parameter “{what}” is marked unpublished but has a value",
        "去掉数值，或写明数值的依据等级", "remove the value, or grade it by its source",
    ),
    "TC715": Message(
        "文件「{document}」与「{other}」前后相继，前者还没有办法文件", "“{document}” and “{other}” follow each other, and the first has no method file",
        "修订过的办法，新旧两个版本都要有文件", "of a law that changed both versions have a file",
        severity="warning",
    ),
    "TC716": Message(
        "没有算例，或算例全是拒绝", "there is no case, or all cases are refusals",
        "写一个 .cases.yaml，至少有一个算出结果的算例", "write a .cases.yaml with at least one case that has a result",
    ),
    # --- 8: files: refused before anything reads them -------------------------------------------------
    # --- 8: the audit of a returned workbook ----------------------------------------------------------
    # --- 9: the command ------------------------------------------------------------------------------
    "TC901": Message(
        "用法有误：{detail}", "wrong usage: {detail}",
        "加 --help 查看用法", "see --help",
    ),
    "TC902": Message(
        "无法写出文件：{detail}", "the file cannot be written: {detail}",
        "文件是否正在 Excel 或 WPS 里打开？", "is it open in Excel or WPS?",
    ),
}  # fmt: skip
