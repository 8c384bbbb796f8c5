/** The scripts of `tests/lua`, by name: a native test holds this list to the folder's. */

import s2_1_values from '../../lua/2.1-values.lua'
import s2_3_errors from '../../lua/2.3-errors.lua'
import s2_4_metatables from '../../lua/2.4-metatables.lua'
import s2_5_gc from '../../lua/2.5-gc.lua'
import s2_6_coroutines from '../../lua/2.6-coroutines.lua'
import s3_1_lexical from '../../lua/3.1-lexical.lua'
import s3_2_variables from '../../lua/3.2-variables.lua'
import s3_3_statements from '../../lua/3.3-statements.lua'
import s3_4_1_arithmetic from '../../lua/3.4.1-arithmetic.lua'
import s3_4_3_coercions from '../../lua/3.4.3-coercions.lua'
import s3_4_expressions from '../../lua/3.4-expressions.lua'
import s3_5_visibility from '../../lua/3.5-visibility.lua'
import s6_1_basic from '../../lua/6.1-basic.lua'
import s6_1_print from '../../lua/6.1-print.lua'
import printed from '../../lua/6.1-print.out'
import s6_3_modules from '../../lua/6.3-modules.lua'
import s6_4_1_patterns from '../../lua/6.4.1-patterns.lua'
import s6_4_2_pack from '../../lua/6.4.2-pack.lua'
import s6_4_format from '../../lua/6.4-format.lua'
import s6_4_string from '../../lua/6.4-string.lua'
import s6_5_utf8 from '../../lua/6.5-utf8.lua'
import s6_6_table from '../../lua/6.6-table.lua'
import s6_7_math from '../../lua/6.7-math.lua'
import s6_8_io from '../../lua/6.8-io.lua'
import written from '../../lua/6.8-io.out'
import s6_9_os from '../../lua/6.9-os.lua'
import s6_10_debug from '../../lua/6.10-debug.lua'
import hot_calls from '../../lua/hot-calls.lua'
import hot_loops from '../../lua/hot-loops.lua'
import hot_tables from '../../lua/hot-tables.lua'
import sandbox from '../../lua/sandbox.lua'
import yields from '../../lua/yields.lua'

/** Each script. */
export const scripts = new Map([
  ['2.1-values.lua', s2_1_values],
  ['2.3-errors.lua', s2_3_errors],
  ['2.4-metatables.lua', s2_4_metatables],
  ['2.5-gc.lua', s2_5_gc],
  ['2.6-coroutines.lua', s2_6_coroutines],
  ['3.1-lexical.lua', s3_1_lexical],
  ['3.2-variables.lua', s3_2_variables],
  ['3.3-statements.lua', s3_3_statements],
  ['3.4-expressions.lua', s3_4_expressions],
  ['3.4.1-arithmetic.lua', s3_4_1_arithmetic],
  ['3.4.3-coercions.lua', s3_4_3_coercions],
  ['3.5-visibility.lua', s3_5_visibility],
  ['6.1-basic.lua', s6_1_basic],
  ['6.1-print.lua', s6_1_print],
  ['6.10-debug.lua', s6_10_debug],
  ['6.3-modules.lua', s6_3_modules],
  ['6.4-format.lua', s6_4_format],
  ['6.4-string.lua', s6_4_string],
  ['6.4.1-patterns.lua', s6_4_1_patterns],
  ['6.4.2-pack.lua', s6_4_2_pack],
  ['6.5-utf8.lua', s6_5_utf8],
  ['6.6-table.lua', s6_6_table],
  ['6.7-math.lua', s6_7_math],
  ['6.8-io.lua', s6_8_io],
  ['6.9-os.lua', s6_9_os],
  ['hot-calls.lua', hot_calls],
  ['hot-loops.lua', hot_loops],
  ['hot-tables.lua', hot_tables],
  ['sandbox.lua', sandbox],
  ['yields.lua', yields],
])

/** What a script prints, where it prints. */
export const output = new Map([
  ['6.1-print.lua', printed],
  ['6.8-io.lua', written],
])
