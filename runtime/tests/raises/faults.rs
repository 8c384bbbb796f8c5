//! Fuel is empty wherever some is burnt, and memory is refused wherever it is asked for, for once.

use crate::heap;
use crate::library::{answer, close, run_of, scripts, works};
use crate::page::{Page, spec};
use pubwiki_lua_runtime::platform::Suspension;
use pubwiki_lua_runtime::protocol::{Answer, Error, ErrorKind, Limit, RunLimits, RunSpec, Value};
use pubwiki_lua_runtime::testing::{
    TestPlatform, allocations_left, burns, empty_fuel, limit_allocations, refuse_allocations,
    was_fuel_emptied,
};

/// Scripts of few steps, whose errors are the page's to see too.
const SCRIPTS: &[&str] = &[
    "",
    "return 1, 'x', 1.5, true, { 1, { a = { 'b' } } }, json.null, json.array()",
    "error('x')",
    "error({ 1, x = 2 })",
    "error(setmetatable({}, { __tostring = function() return 'x' end }))",
    "local x <close> = setmetatable({}, { __close = function() error('y') end }) error('x')",
    "x = ",
    "return select('#', pcall(error, 'x'))",
    "return (xpcall(function() local x = nil + 1 end, debug.traceback))",
    "local function f() return f() + 1 end return (pcall(f))",
    "print(1, 'x', {}, setmetatable({}, { __tostring = function() return 'x' end })) io.write('x', 1, 1.5) io.stdout:write('y')",
    "return #json.encode({ a = { 1, 2.5, 'x\\n', false, json.null }, b = {} })",
    "return json.decode('{\"a\": [1, 2.5, \"x\\\\n\", false, null], \"b\": {}}').a[3]",
    "return (pcall(json.decode, '[1, 2')), (pcall(json.encode, { print })), (pcall(json.encode, { 1, a = 2 }))",
    "State.set('script.main.k', { 1, a = 2 } and { a = 2 }) State.set('temp.k', 'x', 1000) return State.get('script.main.k').a, State.get('temp.no', 7), State.delete('temp.k')",
    "State.set('script.main.a', 1) State.set('script.main.b', 2) return #State.list('script.main.'), #State.listNamespaces()",
    "State.register({ ['my.notes'] = { read = true, write = true, shared = true, persistent = true } }) State.set('my.notes.k', 1) State.flush()",
    "return (pcall(State.register, { ['my.notes'] = 1 })), (pcall(State.get, 'script.other.k')), (pcall(State.set, 'temp.k', print))",
    "return State.update('script.main.n', function(n) return (n or 0) + 1 end), (pcall(State.update, 'temp.n', function() error('x') end))",
    "return (pcall(State.update, 'temp.n', function() sleep(1) end)), (pcall(State.update, 'temp.n', function() State.update('temp.m', print) end))",
    "local seen local stop = State.watch('temp.*', function(value, key) seen = key .. value end) State.set('temp.k', 1) sleep(0) stop() return seen",
    "State.async(function() State.set('temp.k', 1) end) return State.wait('temp.k', 1)",
    "State.async(error, 'x') State.watch('temp.k', error) State.set('temp.k', 'x') sleep(0)",
    "return host.echo({ 1, 'x' })[2], (pcall(host.fail, 1)), (pcall(host.echo, print))",
    "package.preload.x = function() return { 7 } end return require('x')[1], (pcall(require, 'nothing.such'))",
    "package.preload.x = function() return require('y') end package.preload.y = function() return require('x') end return (pcall(require, 'x'))",
    "table.insert(package.searchers, function(name) return function(n, data) return n .. data end, 'z' end) return require('w')",
    "local co = coroutine.wrap(function(a) local b = coroutine.yield(a + 1) error({ b }) end) return co(1), (pcall(co, 2)), coroutine.isyieldable()",
    "local co = coroutine.create(function() local x <close> = setmetatable({}, { __close = function() error('c') end }) coroutine.yield() end) coroutine.resume(co) return coroutine.close(co)",
    "local co = coroutine.wrap(function() sleep(1) return host.echo(1) end) return co()",
    "return ('x'):rep(3, ','), ('abc'):gsub('%w', { a = 1 }), ('abc'):gsub('b', function() return 'y' end), ('%5.1f %q %s'):format(1.25, 'x\\0', true)",
    "local out = {} for k, v in ('a=1, b=2'):gmatch('(%w+)=(%w+)') do out[k] = v end return out, ('x'):rep(3000):find('(x*)y'), (pcall(string.rep, 'x', 1 << 40))",
    "return string.pack('>I4 z s1', 7, 'ab', 'c'):byte(1, -1), (pcall(string.pack, 'i17', 1)), string.unpack('<i8', ('x'):rep(8))",
    "local t = { 3, 1, 2 } table.sort(t) table.sort(t, function(a, b) return a > b end) return table.concat(t, ','), table.unpack(table.move(t, 1, 3, 2)), table.remove(t), (pcall(table.sort, { 1, 'x' }))",
    "return utf8.char(228, 8364), utf8.codepoint('äö', 1, -1), utf8.len('\\xff'), utf8.offset('äö', 2)",
    "return os.date('!%Y', 0), os.time({ year = 2000, month = 1, day = 1 }), os.clock() >= 0, math.random(10) > 0, tostring(2^53), tonumber('0x10'), tonumber('zz', 36)",
    "return load('return 1 + ...')(2), load(function() return nil end), (load('x x')), (pcall(load, 'return 1', 'x', 'b'))",
    "local t = setmetatable({}, { __index = function(_, k) return k end, __newindex = rawset, __len = function() return 2 end, __call = function() return 1 end, __concat = function() return 'c' end }) t[1] = 2 return t.x, #t, t(), t .. 'x', next(t)",
    "setmetatable({}, { __gc = function() error('x') end }) collectgarbage() setmetatable({}, { __gc = function() x = ('y'):rep(100) end }) collectgarbage('step') return collectgarbage('count') > 0",
    "local weak = setmetatable({}, { __mode = 'k' }) for i = 1, 20 do weak[{}] = ('x'):rep(i) end collectgarbage() return next(weak) == nil, debug.traceback('x'), debug.getinfo(1, 'nSlutf').what",
    "local t = {} for i = 1, 300 do t[i] = { tostring(i) } t['k' .. i] = i end return #t, select('#', table.unpack(t, 1, 250))",
    "goto a do local x <const> = 1 end ::a:: local f = function(...) local a, b = ... return a, b, ... end return f(1, 2, 3), 7 // 2, 7 % 2.5, 'a' < 'b', 1 < 2.5, -2 ^ 2, ~5 & 3 | 8",
];

/// In how many places each of those is tried; of longer ones there are fewer: `STOPS=2000` for all.
fn stops() -> u32 {
    std::env::var("STOPS").map_or(24, |count| count.parse().expect("STOPS is a number"))
}

/// How a run has ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// As it does without a fault.
    AsEver,
    AtLimit(Limit),
    Otherwise,
}

type Outcome = Result<Vec<Value>, Error>;

fn outcome(page: &Page, run: RunSpec) -> Outcome {
    match answer(page, run) {
        Answer::Run(outcome) => Ok(outcome.values),
        Answer::Error(error) => Err(error),
        other => panic!("a run answers {other:?}"),
    }
}

/// What can fail in a run.
struct Fault {
    /// Makes it fail at a place; at none for 0.
    set: fn(u32),
    /// How many places there were since.
    count: fn() -> u32,
    /// Whether the run may end so.
    allows: fn(End, &str) -> bool,
}

/// More than there are.
const REQUESTS: usize = 1 << 30;

fn refuse(place: u32, times: usize) {
    match place as usize {
        0 => limit_allocations(REQUESTS),
        place => refuse_allocations(place - 1, times),
    }
}

fn requests() -> u32 {
    u32::try_from(REQUESTS - allocations_left()).expect("there are fewer")
}

/// How a run ends that fails there. However it does: nothing stays in memory, and the next works.
fn end(page: Page, run: &RunSpec, expected: &Outcome, fault: &Fault, place: u32) -> End {
    // A run without fuel has no time left.
    page.platform
        .ahead(|| if was_fuel_emptied() { 1e9 } else { 0.0 });
    (fault.set)(place);
    let outcome = outcome(&page, run.clone());
    (fault.set)(0);
    assert!(works(&page), "{place}: the next run fails");
    close(&page);
    match outcome {
        outcome if outcome == *expected => End::AsEver,
        Err(error) => match *error.kind {
            ErrorKind::Limit { limit, .. } => End::AtLimit(limit),
            kind => {
                eprintln!("{kind:?} {}", error.message);
                End::Otherwise
            }
        },
        Ok(values) => {
            eprintln!("{values:?}");
            End::Otherwise
        }
    }
}

fn at_each_place(fault: &Fault) {
    for suspension in [Suspension::Coroutine, Suspension::Stack] {
        let page = || Page::on(TestPlatform::with_suspension(suspension));
        // A native stack that waits lies upon whoever would turn the time or answer.
        let waits = |code: &str| {
            ["sleep(", "wait(", "host."]
                .iter()
                .any(|call| code.contains(call))
        };
        let short = SCRIPTS
            .iter()
            .filter(|code| suspension == Suspension::Coroutine || !waits(code));
        let short = short.map(|code| (*code, spec(code, RunLimits::default()), stops()));
        let long = scripts(suspension).map(|code| (code, run_of(code), stops() / 6));
        let mut begin = 0;
        for (code, run, stops) in short.chain(long) {
            (fault.set)(0);
            let expected = outcome(&page(), run.clone());
            let places = (fault.count)();
            // The empty script has what comes before any other.
            let stride = (places - begin).div_ceil(stops).max(1);
            for place in (begin + 1..=places).step_by(stride as usize) {
                let before = heap::held();
                let end = end(page(), &run, &expected, fault, place);
                assert!(
                    (fault.allows)(end, code),
                    "{code}: {end:?} at {place} of {places}"
                );
                assert_eq!(
                    heap::held() - before,
                    0,
                    "{code}: leaks at {place} of {places}"
                );
            }
            if code.is_empty() {
                begin = places;
            }
        }
    }
    (fault.set)(0);
}

#[test]
fn given_no_fuel_wherever_some_is_burnt_then_the_run_ends_and_nothing_else() {
    at_each_place(&Fault {
        set: empty_fuel,
        count: burns,
        allows: |end, _| [End::AsEver, End::AtLimit(Limit::TimeoutMs)].contains(&end),
    });
}

#[test]
fn given_memory_that_is_there_without_the_garbage_then_the_run_goes_on() {
    at_each_place(&Fault {
        set: |place| refuse(place, 1),
        count: requests,
        // A state that is being made has no garbage, and for State room is made before it takes any.
        allows: |end, code| {
            let has_no_garbage = code.is_empty() || code.contains("State.");
            end == End::AsEver || has_no_garbage && end == End::AtLimit(Limit::MemoryBytes)
        },
    });
}

#[test]
fn given_memory_that_is_there_for_smaller_things_afterwards_then_the_run_ends_and_nothing_else() {
    at_each_place(&Fault {
        set: |place| refuse(place, 2),
        count: requests,
        allows: |end, _| [End::AsEver, End::AtLimit(Limit::MemoryBytes)].contains(&end),
    });
}
