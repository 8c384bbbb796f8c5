//! `os.date` and `os.time` compared with the C library's `localtime` and `mktime`, in the same time zones.
//!
//! One test: the time zone is the process's.

use proptest::test_runner::{RngAlgorithm, TestRng};
use pubwiki_lua_runtime::protocol::{
    Answer, BackendChoice, Dialect, Event, ModulePolicy, OpenOptions, Request, RunLimits, RunSpec,
    VERSION, Value,
};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::testing::TestPlatform;
use std::ffi::{CStr, c_int};

/// North and south, half hours, half an hour of summer time, no summer time any more, west.
const ZONES: [&CStr; 7] = [
    c"Europe/Berlin",
    c"America/New_York",
    c"Asia/Kolkata",
    c"Australia/Lord_Howe",
    c"America/Sao_Paulo",
    c"Pacific/Apia",
    c"UTC",
];
const YEAR: i64 = 31_556_952;
const FIELDS: [&str; 9] = [
    "year", "month", "day", "hour", "min", "sec", "isdst", "yday", "wday",
];

/// Reads times and dates, and says what each is: both lists in one order, so that what `mktime`
/// keeps from call to call is the same.
const SCRIPT: &str = r#"
  local times, dates = ...
  local made, read = {}, {}
  for i, t in ipairs(times) do
    local d = os.date("*t", t)
    read[i] = table.concat({d.year, d.month, d.day, d.hour, d.min, d.sec, tostring(d.isdst), d.yday, d.wday,
      os.date("%z", t)}, " ")
  end
  for i, d in ipairs(dates) do
    local ok, t = pcall(os.time, d)
    made[i] = ok and table.concat({t, d.year, d.month, d.day, d.hour, d.min, d.sec, tostring(d.isdst), d.yday, d.wday},
      " ") or "none"
  end
  return read, made
"#;

fn set_zone(zone: &CStr) {
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: this process has no other thread that looks at its environment.
    unsafe {
        libc::setenv(c"TZ".as_ptr(), zone.as_ptr(), 1);
        tzset();
    }
}

fn local(seconds: i64) -> libc::tm {
    // SAFETY: zeros are a valid tm, which it fills.
    unsafe {
        let mut fields = std::mem::zeroed();
        libc::localtime_r(&raw const seconds, &raw mut fields);
        fields
    }
}

fn utc_offset_seconds(seconds: i64) -> i32 {
    i32::try_from(local(seconds).tm_gmtoff).expect("below a day")
}

fn describe(fields: &libc::tm) -> String {
    format!(
        "{} {} {} {} {} {} {} {} {}",
        i64::from(fields.tm_year) + 1900,
        fields.tm_mon + 1,
        fields.tm_mday,
        fields.tm_hour,
        fields.tm_min,
        fields.tm_sec,
        fields.tm_isdst > 0,
        fields.tm_yday + 1,
        fields.tm_wday + 1,
    )
}

fn expected_read(seconds: i64) -> String {
    let fields = local(seconds);
    let minutes = fields.tm_gmtoff / 60;
    let sign = if fields.tm_gmtoff < 0 { '-' } else { '+' };
    let zone = minutes.abs() / 60 * 100 + minutes.abs() % 60;
    format!("{} {sign}{zone:04}", describe(&fields))
}

/// Year, month, day, hour, minute, second as Lua counts them, and 1, 0 or -1 for summer time.
type Date = [c_int; 7];

fn expected_made(date: &Date) -> String {
    // SAFETY: zeros are a valid tm, which it reads and fills.
    unsafe {
        let mut fields: libc::tm = std::mem::zeroed();
        fields.tm_year = date[0] - 1900;
        fields.tm_mon = date[1] - 1;
        [fields.tm_mday, fields.tm_hour, fields.tm_min, fields.tm_sec] =
            [date[2], date[3], date[4], date[5]];
        fields.tm_isdst = date[6];
        match libc::mktime(&raw mut fields) {
            -1 => "none".to_owned(),
            seconds => format!("{seconds} {}", describe(&fields)),
        }
    }
}

fn table(date: &Date) -> Value {
    let mut fields: Vec<_> = FIELDS[..6]
        .iter()
        .zip(date)
        .map(|(name, value)| ((*name).to_owned(), Value::Int((*value).into())))
        .collect();
    if date[6] >= 0 {
        fields.push(("isdst".to_owned(), Value::Bool(date[6] > 0)));
    }
    Value::Object(fields)
}

fn run(times: &[i64], dates: &[Date]) -> (Vec<String>, Vec<String>) {
    let platform = TestPlatform::new();
    platform.set_zone(utc_offset_seconds);
    let session = Session::new(platform.shared());
    session.receive(Request::Open {
        version: VERSION,
        options: OpenOptions {
            backend: BackendChoice::Memory,
            limits: RunLimits::default(),
            modules: ModulePolicy::BuiltIn,
            allow_self_named_scripts: false,
            resolves: false,
            compile: None,
        },
    });
    platform.run();
    let spec = RunSpec {
        script_id: Some("main".into()),
        code: SCRIPT.as_bytes().into(),
        name: None,
        args: vec![
            Value::Array(times.iter().copied().map(Value::Int).collect()),
            Value::Array(dates.iter().map(table).collect()),
        ],
        limits: RunLimits::default(),
        keep_alive: false,
        dialect: Dialect::Lua54,
    };
    session.receive(Request::Run { id: 2, spec });
    platform.run();
    let ended = platform.sent().into_iter().find_map(|event| match event {
        Event::Answer {
            id: 2,
            answer: Answer::Run(outcome),
        } => Some(outcome.values),
        Event::Answer {
            id: 2,
            answer: Answer::Error(error),
        } => panic!("{}", error.message),
        _ => None,
    });
    let lists: Vec<Vec<String>> = ended
        .expect("the run ends")
        .into_iter()
        .map(|list| match list {
            Value::Array(items) => items.into_iter().map(text).collect(),
            other => panic!("{other:?} is not a list"),
        })
        .collect();
    let [read, made] = lists.try_into().expect("it returns two lists");
    (read, made)
}

fn text(value: Value) -> String {
    match value {
        Value::Str(text) => text,
        other => panic!("{other:?} is not text"),
    }
}

/// Times around each change of the offset from 1975 to 2037 (whose summer time C and JavaScript's
/// rule agree on), and others; and the dates that a clock shows then, with odd ones.
fn samples() -> (Vec<i64>, Vec<Date>) {
    let mut random = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut below = |limit: i64| {
        use proptest::prelude::Rng as _;
        i64::from(random.next_u32()) % limit
    };
    let mut times = vec![-2_208_988_800, 4_102_444_800, 0, -100];
    let mut at = 5 * YEAR;
    while at < 67 * YEAR {
        let next = at + 86_400;
        if utc_offset_seconds(at) != utc_offset_seconds(next) {
            times.extend((at..=next).step_by(1800));
        }
        at = next;
    }
    times.extend((0..500).map(|_| 5 * YEAR + below(62 * YEAR)));
    // What both sides keep from call to call begins alike.
    let mut dates: Vec<Date> = vec![[2001, 1, 15, 12, 0, 0, -1]];
    for (position, &seconds) in times.iter().enumerate() {
        let fields = local(seconds);
        let isdst = [-1, -1, 0, 1][position % 4];
        dates.push([
            fields.tm_year + 1900,
            fields.tm_mon + 1,
            fields.tm_mday,
            fields.tm_hour,
            fields.tm_min,
            fields.tm_sec,
            isdst,
        ]);
    }
    for _ in 0..1000 {
        let mut int = |limit| c_int::try_from(below(limit)).expect("small");
        dates.push([
            1976 + int(60),
            int(40) - 12,
            int(800) - 400,
            int(100) - 50,
            int(200) - 100,
            int(200_000) - 100_000,
            int(3) - 1,
        ]);
    }
    (times, dates)
}

#[test]
fn given_times_and_dates_in_many_zones_then_they_are_the_c_librarys() {
    for zone in ZONES {
        set_zone(zone);
        let (times, dates) = samples();
        let (read, made) = run(&times, &dates);
        for (seconds, read) in times.iter().zip(&read) {
            assert_eq!(*read, expected_read(*seconds), "{zone:?}: {seconds}");
        }
        for (date, made) in dates.iter().zip(&made) {
            assert_eq!(*made, expected_made(date), "{zone:?}: {date:?}");
        }
        assert_eq!((read.len(), made.len()), (times.len(), dates.len()));
    }
}
