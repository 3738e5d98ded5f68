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
    "TC224": Message(
        "「{column}」{form}，已按数字读，共 {count} 格：{cells}",
        "“{column}”: {form}, read as numbers ({count}): {cells}",
        "核对读出的数；下次请填成普通数字", "check what was read; enter plain numbers next time", "note",
    ),
    "TC225": Message(
        "「{column}」有 {count} 格写着没有数据，按办法规定计为 {read_as}：{cells}",
        "“{column}”: cells marked as without data ({count}) count as {read_as} by the method: {cells}",
        "如有数据请补填", "enter the figure if there is one", "note",
    ),
    "TC226": Message(
        "「{column}」写着「{value}」，表示没有数据", "“{column}” says “{value}”: there is no figure",
        "没有数据不等于 0：请核实后填数，确为零时填 0", "no figure is not 0: find it out, and enter 0 only if it is zero",
    ),
    "TC227": Message(
        "「{value}」说不清是多少：「{column}」的单位已是{unit}，后面的万、亿可能只是重复单位，也可能还要再乘",
        "“{value}” is not certain: “{column}” is in {unit} already, and what follows the number may repeat that or multiply it",
        "填成以{unit}为单位的普通数字，或写全单位，如 1.2亿元",
        "enter a plain number in {unit}, or write the whole unit, such as 1.2亿元",
    ),
    "TC228": Message(
        "「{column}」的单位是{unit}，「{value}」写的是另一类单位", "“{column}” is in {unit}, but “{value}” has a unit of another kind",
        "核对是否填错了列，再填成以{unit}为单位的数字", "check whether it belongs in another column; enter a number in {unit}",
    ),
    "TC229": Message(
        "「{column}」有 {count} 格在数字后写了单位，已换算成{unit}：{cells}",
        "“{column}”: numbers with a unit behind them ({count}), converted to {unit}: {cells}",
        "核对换算后的数", "check the converted figures", "note",
    ),
    "TC230": Message(
        "「{column}」应为数字，这里是日期 {value}", "“{column}” should be a number, here is the date {value}",
        "Excel 会把 1-2、3/4 这样的输入变成日期：把单元格格式改为「常规」后重新填数",
        "Excel turns entries such as 1-2 or 3/4 into dates: set the format to General and enter the number again",
    ),
    "TC231": Message(
        "有 {count} 行是合计、小计，不是地区，未读入：{cells}", "rows that are totals and no units were left out ({count}): {cells}",
        "合计只用来核对", "totals are only compared with the sums", "note",
    ),
    "TC232": Message(
        "有 {count} 行{kind}，未读入：{cells}", "rows left out, {kind} ({count}): {cells}",
        "如其中有地区，请补上代码和数据", "if one of them is a unit, give it its code and figures", "note",
    ),
    "TC233": Message(
        "「{column}」{form}，共 {count} 格：{cells}", "“{column}”: {form} ({count}): {cells}",
        "核对读出的文字", "check what was read", "note",
    ),
    "TC234": Message(
        "表头占第 {rows} 行，以下 {count} 列按几行合起来读：{cells}",
        "the headings take the rows {rows}; columns read by several of them ({count}): {cells}",
        "核对列名和单位", "check names and units", "note",
    ),
    "TC235": Message(
        "没有叫「数据」的工作表，按表头选了「{sheet}」；未读：{others}",
        "no sheet is called 数据; “{sheet}” was chosen by its headings; not read: {others}",
        "如选错了，把要用的表改名为「数据」", "if that is wrong, rename the right one to 数据", "note",
    ),
    "TC236": Message(
        "有几张工作表的表头同样符合：{sheets}", "the headings of several sheets fit equally well: {sheets}",
        "把要用的一张改名为「数据」，或在列名对照文件里写 sheet: 表名",
        "rename the one to use to 数据, or name it in the columns file: sheet: NAME",
    ),
    "TC237": Message(
        "列名对照文件或指定的区域有误：{detail}", "the columns file or the range is wrong: {detail}",
        "可写 sheet（工作表名）、range（如 B4:K95）、columns（表头: 输入名）三项",
        "it has sheet (a name), range (such as B4:K95) and columns (heading: input)",
    ),
    "TC252": Message(
        "表上写着「{text}」，看不出是什么单位；没有写单位的列按办法的单位读", "“{text}” beside the table states no unit that is known; columns without one are read in that of the method",
        "写成「单位：万元」的样子", "write it like 单位：万元", "warning",
    ),
    "TC253": Message(
        "区域 {cells} 下面第 {row} 行还有数据，没有读", "the sheet goes on in row {row}, right below the range {cells}; that was not read",
        "表加了行，就改区域", "if rows were added, change the range", "warning",
    ),
    "TC254": Message(
        "列名对照里有 {count} 个列名表中没有：{heads}", "headings of the columns file that the table has not ({count}): {heads}",
        "核对是否写错，或者对照是另一张表的", "look for a slip, or whether it is that of another table", "warning",
    ),
    "TC255": Message(
        "列名对照已记在 {layout}，下次自动使用{before}", "remembered in {layout}, which will be used from now on{before}",
        "不要用了就删去该文件", "delete that file to forget it", "note",
    ),
    "TC238": Message(
        "按上次记下的 {layout} 读表（{said}）", "the table was read by the remembered file {layout} ({said})",
        "表的样式变了就删去该文件", "delete that file if the table has changed its form", "note",
    ),
    "TC239": Message(
        "日期「{value}」读作 {day}", "the date “{value}” was read as {day}",
        "核对日期；最好填成 {day} 的样子", "check the date; {day} is the clearest form", "note",
    ),
    # --- 2, doubts: figures that a finance person would ask about ------------------------------------
    "TC241": Message(
        "有 {count} 个地区的行被隐藏，仍已读入：第 {rows} 行", "units in hidden rows were read all the same ({count}): rows {rows}",
        "取消隐藏后核对；不参加测算的行请删去", "show the rows and check them; delete those that take no part", "warning",
    ),
    "TC242": Message(
        "有 {count} 列被隐藏，仍已读入：{columns}", "hidden columns were read all the same ({count}): {columns}",
        "取消隐藏后核对", "show the columns and check them", "note",
    ),
    "TC243": Message(
        "数据所在的工作表「{sheet}」是隐藏的", "the sheet with the data, “{sheet}”, is hidden",
        "核对这是不是要用的表", "check whether this is the sheet to use", "warning",
    ),
    "TC244": Message(
        "「{label}」行的「{column}」写的是 {stated}，所含 {count} 个地区相加是 {computed}，相差 {apart}",
        "the row “{label}” states {stated} for “{column}”, but its {count} units add up to {computed}, a difference of {apart}",
        "核对漏行、重行和改过的数；差额很小时可能是四舍五入", "look for rows missing, doubled or changed; a tiny difference may be rounding", "warning",
    ),
    "TC245": Message(
        "「{column}」是 {value}，约为{against}的{times}，像是按{unit}填的：换算成{wanted}是 {corrected}",
        "“{column}” is {value}, about {times} {against}; it looks like {unit}: in {wanted} that is {corrected}",
        "核对单位；确实如此的不必改", "check the unit; leave it if it is right", "warning",
    ),
    "TC246": Message(
        "「{column}」整列约为{against}的{times}，像是按{unit}填的，而办法要{wanted}",
        "the whole column “{column}” is about {times} {against}; it looks like {unit}, but the method wants {wanted}",
        "核对这一列和所比数据的单位", "check the unit of this column and of what it is compared with", "warning",
    ),
    "TC247": Message(
        "「{column}」由上年的 {before} 变为 {value}（{change}），而各地区变化的中位数是 {usual}",
        "“{column}” went from {before} last year to {value} ({change}), while the median change is {usual}",
        "核对是否填错、区划是否有变", "look for a slip, or a change of boundaries", "warning",
    ),
    "TC248": Message(
        "上年的表中有 {count} 个地区不在今年的表中：{units}", "units of last year's table that are not in this one ({count}): {units}",
        "核对漏报和区划变更", "look for units left out, merged or split", "warning",
    ),
    "TC249": Message(
        "代码 {value} 自 {day} 起已{kind}{new}；依据：{basis}", "the code {value} was {kind} on {day}{new}; basis: {basis}",
        "按变更后的代码填报", "use the code that is valid now", "warning",
    ),
    "TC250": Message(
        "区划变更表有误：{detail}", "the table of code changes is wrong: {detail}",
        "要有旧代码、新代码、日期、类型、依据五列", "it has five columns: 旧代码、新代码、日期、类型、依据",
    ),
    "TC251": Message(
        "有 {count} 个地区不在上年的表中：{units}", "units that are not in last year's table ({count}): {units}",
        "核对新设的地区和填错的代码", "look for new units and for codes entered wrongly", "warning",
    ),
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
    "TC801": Message(
        "文件有 {size} MB，超过 {limit} MB", "the file has {size} MB, more than {limit} MB",
        "移出用不到的工作表、图片和历史数据，或分成几个文件", "move out the sheets, pictures and old data that are not needed, or divide the file",
    ),
    "TC802": Message(
        "文件设有打开密码，无法读取", "the file has a password for opening and cannot be read",
        "用 Excel 或 WPS 打开，去掉打开密码（文件—信息—保护工作簿—用密码进行加密，清空密码）后保存",
        "open it in Excel or WPS, remove the password (File, Info, Protect Workbook, Encrypt with Password, leave it empty) and save it",
    ),
    "TC803": Message(
        "这是旧格式的工作簿（.xls、.et），不是 .xlsx", "this is a workbook of an old format (.xls, .et), not .xlsx",
        "用 Excel 或 WPS 打开，另存为「Excel 工作簿（*.xlsx）」；只改扩展名不行",
        "open it in Excel or WPS and save it as an Excel Workbook (*.xlsx); a new suffix alone does not help",
    ),
    "TC804": Message(
        "内容与扩展名 {suffix} 不符，看起来是{what}", "the content does not fit the suffix {suffix}; it seems to be {what}",
        "用 Excel 或 WPS 打开，另存为 .xlsx；文件若经加密软件处理，请先解密",
        "open it in Excel or WPS and save it as .xlsx; if a program has encrypted it, decrypt it first",
    ),
    "TC805": Message(
        "文件不完整或已损坏：{detail}", "the file is incomplete or damaged: {detail}",
        "请对方重新发送，或用 Excel 或 WPS 打开修复后另存为 .xlsx", "have it sent again, or open it in Excel or WPS, let it be repaired and save it as .xlsx",
    ),
    "TC806": Message(
        "文件里有加密的部件", "parts of the file are encrypted",
        "请对方发送没有加密的文件", "ask for a file that is not encrypted",
    ),
    "TC807": Message(
        "文件里的部件超过 {limit} 个", "the file has more than {limit} parts",
        "只保留需要的工作表，删去图片后另存为 .xlsx", "keep the sheets that are needed, remove the pictures and save it as .xlsx",
    ),
    "TC808": Message(
        "文件里有两个同名的部件：{part}", "two parts of the file have one name: {part}",
        "用 Excel 或 WPS 打开，另存为新的 .xlsx；来历不明的文件不要用", "open it in Excel or WPS and save it as a new .xlsx; do not use a file of unknown origin",
    ),
    "TC809": Message(
        "部件的名称指向文件之外：{part}", "the name of a part leads out of the file: {part}",
        "这样的文件不是 Excel 写的，不要使用", "no spreadsheet program writes such a file; do not use it",
    ),
    "TC810": Message(
        "部件 {part} 展开后超过 {limit} MB", "with {part} the file unpacks to more than {limit} MB",
        "删去空白的行列、用不到的工作表，或分成几个文件", "remove blank rows and columns and sheets that are not needed, or divide the file",
    ),
    "TC811": Message(
        "部件 {part} 的压缩比超过 {limit} 倍，像压缩炸弹", "{part} is packed more than {limit} to 1, as in a zip bomb",
        "这样的文件不要打开；确属正常数据的，另存为 .xlsx 再试", "do not open such a file; if the data are real, save it as a new .xlsx and try again",
    ),
    "TC812": Message(
        "部件 {part} 与别的部件重叠", "{part} lies over another part",
        "这样的文件不是 Excel 写的，不要使用", "no spreadsheet program writes such a file; do not use it",
    ),
    "TC813": Message(
        "部件 {part} 的内容与文件所说的大小或校验码不符", "{part} is not of the size or checksum that the file says",
        "文件已损坏或被改动：请对方重新发送", "the file is damaged or was tampered with: have it sent again",
    ),
    "TC814": Message(
        "部件 {part} 用了 Excel 不用的压缩方式", "{part} is packed in a way that Excel does not use",
        "用 Excel 或 WPS 打开，另存为新的 .xlsx", "open it in Excel or WPS and save it as a new .xlsx",
    ),
    "TC815": Message(
        "工作簿缺少部件：{part}", "the workbook lacks a part: {part}",
        "文件已损坏：请对方重新发送，或用 Excel 或 WPS 修复后另存为 .xlsx", "the file is damaged: have it sent again, or let Excel or WPS repair it and save it as .xlsx",
    ),
    "TC816": Message(
        "部件 {part} 里有文档类型声明（DTD），可能带有攻击内容", "{part} holds a document type (DTD), as attacks do",
        "这样的文件不是 Excel 写的，不要使用", "no spreadsheet program writes such a file; do not use it",
    ),
    "TC817": Message(
        "部件 {part} 不是 UTF-8 编码的 XML", "{part} is not XML in UTF-8",
        "用 Excel 或 WPS 打开，另存为新的 .xlsx", "open it in Excel or WPS and save it as a new .xlsx",
    ),
    "TC818": Message(
        "工作簿链接到别的工作簿，数值可能不是最新的", "the workbook has links to other workbooks, so its figures may be stale",
        "在「数据—编辑链接」里断开全部链接，保存后再试", "break all links under Data, Edit Links, and save it",
    ),
    "TC819": Message(
        "工作簿带有宏", "the workbook holds macros",
        "另存为「Excel 工作簿（*.xlsx）」，不带宏", "save it as an Excel Workbook (*.xlsx), without macros",
    ),
    "TC820": Message(
        "工作簿里嵌入了别的文件或对象", "other files or objects are embedded in the workbook",
        "删去嵌入的对象（按 F5，定位条件选「对象」），保存后再试", "remove the embedded objects (F5, Special, Objects) and save it",
    ),
    "TC821": Message(
        "工作簿里有 ActiveX 控件", "the workbook holds ActiveX controls",
        "在「开发工具—设计模式」里删去控件，保存后再试", "remove the controls under Developer, Design Mode, and save it",
    ),
    "TC822": Message(
        "超过 {limit} 行", "there are more than {limit} rows",
        "删去这一格以及多余的行；一格远离数据的字符也会撑大表格", "remove this cell and the rows that are not needed; one stray cell far from the data makes a table that large",
    ),
    "TC823": Message(
        "超过 {limit} 列（{letter} 列）", "there are more than {limit} columns (column {letter})",
        "删去这一格以及多余的列；一格远离数据的字符也会撑大表格", "remove this cell and the columns that are not needed; one stray cell far from the data makes a table that large",
    ),
    "TC824": Message(
        "单元格太多，超过 {limit} 个", "there are more than {limit} cells",
        "删去远离数据的内容和用不到的工作表，或分成几个文件", "remove what lies far from the data and sheets that are not needed, or divide the file",
    ),
    "TC825": Message(
        "工作簿里的文字太多", "there is too much text in the workbook",
        "删去长篇文字和用不到的工作表", "remove long texts and sheets that are not needed",
    ),
    "TC826": Message(
        "部件 {part} 的写法无法确定其含义：{detail}", "{part} is written so that its meaning is not certain: {detail}",
        "用 Excel 或 WPS 打开，另存为新的 .xlsx", "open it in Excel or WPS and save it as a new .xlsx",
    ),
    "TC827": Message(
        "这是 Excel 打开工作簿时的锁定文件，不是工作簿", "this is the lock file that Excel makes while a workbook is open, no workbook",
        "用不带 ~$ 的那个文件", "use the file without ~$",
    ),
    "TC828": Message(
        "文件里有空字符，不是 CSV 文本", "the file holds NUL characters and is no CSV text",
        "用 Excel 或 WPS 打开，另存为「CSV UTF-8」或 .xlsx", "open it in Excel or WPS and save it as CSV UTF-8 or .xlsx",
    ),
    "TC829": Message(
        "一行或一格太长", "a line or a cell is too long",
        "检查引号是否成对、换行是否丢失", "check that quotes come in pairs and that line ends are not lost",
    ),
    "TC830": Message(
        "文件是空的", "the file is empty",
        "请对方重新发送", "have it sent again",
    ),
    "TC831": Message(
        "工作簿无法读取：{detail}", "the workbook cannot be read: {detail}",
        "用 Excel 或 WPS 打开，另存为新的 .xlsx", "open it in Excel or WPS and save it as a new .xlsx",
    ),
    "TC832": Message(
        "这是文件夹，不是文件", "this is a folder, not a file",
        "写出文件夹里的文件名", "name a file in the folder",
    ),
    "TC833": Message(
        "单元格显示错误「{value}」", "the cell shows the error “{value}”",
        "改正公式，或填入数值", "correct the formula, or enter a figure",
    ),
    "TC834": Message(
        "超过 {limit} 个单元格没有数值，只有错误或从未计算的公式", "more than {limit} cells hold no value but errors or formulas never computed",
        "用 Excel 或 WPS 打开，等它算完，保存后再试", "open it in Excel or WPS, let it compute, and save it",
    ),
    # --- 8: lists of units, templates, marks ----------------------------------------------------------
    "TC840": Message(
        "没有「{name}」这份地区名单", "there is no list of units “{name}”",
        "写省名（甘肃）、拼音（gansu）、两位代码（62），或一个 CSV 文件；相近的有：{near}",
        "give a province (甘肃), its pinyin (gansu), its two digits (62) or a CSV file; near: {near}",
    ),
    "TC841": Message(
        "地区名单不能用：{detail}", "the list of units cannot be used: {detail}",
        "名单要有「代码」和「名称」两列，一个地区一行", "a list has the columns 代码 and 名称, one row a unit",
    ),
    "TC842": Message(
        "名单「{title}」与办法不符：办法在{wanted}之间分配", "the list “{title}” does not suit the method, which divides among: {wanted}",
        "改用如 --units {better} 的名单", "use a list such as --units {better}",
    ),
    "TC843": Message(
        "没有县级代码，没有列入：{units}", "left out, for they have no county code: {units}",
        "不设区的地级市参加分配的，用本省通行的代码补一行", "where such a city takes part, add a row with the code that your province uses",
        "note",
    ),
    "TC844": Message(
        "无法在副本里标注：{detail}", "the problems cannot be marked in a copy: {detail}",
        "用 Excel 或 WPS 另存为 .xlsx 再试；问题已逐条列出", "save it anew as .xlsx and try again; every problem is listed",
    ),
    "TC845": Message(
        "标注不能写进原文件", "the marks may not go into the file itself",
        "给副本另取一个名称", "give the copy another name",
    ),
    "TC846": Message(
        "标注的副本要以 {ending} 结尾", "the copy with the marks must end in {ending}",
    ),
    # --- 8: the audit of a returned workbook ----------------------------------------------------------
    "TC850": Message(
        "这不是 transfer-calc 写出的结果工作簿：没有运行记录", "this is no result workbook of transfer-calc: it has no run record",
        "要核对的是 transfer-calc run 或 allocate 写出的 .xlsx；支援配对的工作簿没有运行记录，不核对",
        "audit takes an .xlsx that transfer-calc run or allocate wrote; that of a matching has no run record and is not audited",
    ),
    "TC851": Message(
        "{name} 在写出以后改过", "{name} has changed since the run",
        "下面是按现在的办法文件重算的差异；要核对当时的结果，请用当时的办法文件（--method）",
        "what follows was computed by the file as it is now; for the file of that time use --method",
    ),
    "TC852": Message(
        "公式被改成了常数：应为 {formula}（={value}），现在是「{found}」", "a formula was overwritten: due {formula} (={value}), found “{found}”",
        "恢复公式；要人为确定金额，请用录入数，写明理由和录入人", "restore the formula; to set an amount by hand use an entered amount with its reason",
    ),
    "TC853": Message(
        "公式被改动：应为 {formula}，现在是 {found}", "a formula was changed: due {formula}, found {found}",
        "恢复公式；办法要改，请改办法文件", "restore the formula; to change the method change its file",
    ),
    "TC854": Message(
        "数值与重算不同：应为 {value}，现在是 {found}", "a value differs: due {value}, found {found}",
        "{advice}", "{advice}",
    ),
    "TC855": Message(
        "内容被改动：应为「{value}」，现在是「{found}」", "the content was changed: due “{value}”, found “{found}”",
    ),
    "TC856": Message(
        "缺少工作表「{name}」", "the sheet “{name}” is missing",
        "结果工作簿的各表不能删除", "the sheets of a result workbook may not be removed",
    ),
    "TC857": Message(
        "多出的内容：「{found}」", "content that was added: “{found}”",
        "说明文字请另外发送，不要写在结果工作簿里", "send remarks apart from the result workbook",
    ),
    "TC858": Message(
        "{count} 个公式没有保存的数值：文件由别的程序保存过；这些格只核对了公式",
        "{count} formulas have no saved value: another program saved the file; only their formulas were compared",
        "用 Excel 或 WPS 打开并保存，就会有数值", "open and save it in Excel or WPS to have the values", "note",
    ),
    "TC859": Message(
        "不能重算：数据或参数有问题，见下", "it cannot be computed again: data or parameters have problems, see below",
    ),
    "TC860": Message(
        "地区 {value} 是后来增加的行", "the unit {value} is a row that was added",
    ),
    "TC861": Message(
        "地区 {value} 的行被删除", "the row of the unit {value} was removed",
    ),
    "TC862": Message(
        "数据在写出以后改过（{code}）", "the figure was changed since the run ({code})",
        "与原始数据核对", "compare it with the original data",
    ),
    "TC863": Message(
        "{name}与运行记录不同：记录是 {recorded}，现在是 {found}", "{name} differs from the run record: recorded {recorded}, now {found}",
        "参数改动后，结果不再是记录的那次运行", "with another parameter the result is not that of the recorded run",
    ),
    "TC865": Message(
        "还有 {count} 处差异没有列出", "{count} more differences are not listed",
    ),
    "TC866": Message(
        "写出时的软件是 {recorded}，现在是 {found}", "it was written by {recorded}, this is {found}",
        "", "", "note",
    ),
    "TC867": Message(
        "多出工作表「{name}」，没有核对", "the sheet “{name}” was added and was not compared",
        "", "", "note",
    ),
    "TC868": Message(
        "结果哈希与记录不同：记录 {recorded}…，重算 {found}…", "the result hash differs: recorded {recorded}…, recomputed {found}…",
        "各格的差异都小于核对的精度", "every cell differs by less than what is compared",
    ),
    "TC869": Message(
        "找不到预算方案文件 {name}", "the file of the budget, {name}, is not there",
        "把它放在工作簿旁边，或用 --budget 指明", "put it beside the workbook, or name it by --budget",
    ),
    "TC871": Message(
        "名称「{name}」所指被改动：应为 {value}，现在是 {found}", "the name “{name}” was changed: due {value}, found {found}",
        "在名称管理器里恢复", "restore it in the name manager",
    ),
    "TC872": Message(
        "第 {row} 行的数据在写出以后改过，可能在 {columns} 列", "a figure in row {row} was changed since the run, perhaps in the columns {columns}",
        "与原始数据核对", "compare it with the original data",
    ),
    "TC870": Message(
        "文件夹里没有数据表（.xlsx 或 .csv），或没有这个文件夹", "the folder holds no table (.xlsx or .csv), or there is no such folder",
        "把各地的数据表放进同一个文件夹", "put the tables into one folder",
    ),
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
