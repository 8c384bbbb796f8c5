//! Long lists cross in parts: no message is long, and others have turns in between.

use crate::open;
use crate::page::Page;
use pubwiki_lua_runtime::protocol::limits::PART_ITEMS;
use pubwiki_lua_runtime::protocol::{
    Answer, BackendAnswer, BackendChoice, BackendOp, Error, ErrorKind, Event, HostAnswer, HostCall,
    HostMethods, Part, Record, Request, StateAnswer, StateOp, StoreOp,
};
use pubwiki_lua_runtime::session::Session;
use pubwiki_lua_runtime::testing::{TestPlatform, records};

const MANY: usize = 5_000;

fn keys() -> Vec<String> {
    records(MANY).into_iter().map(|record| record.key).collect()
}

impl Page {
    /// Time passes, until whatever is asked is done.
    fn pass(&self) {
        self.platform.advance(1_000.0);
    }

    fn send_parts<T: Clone>(&self, id: u32, items: &[T], part: fn(Vec<T>) -> Part) {
        for items in items.chunks(PART_ITEMS) {
            let part = part(items.to_vec());
            self.session.receive(Request::Part { id, part });
        }
    }

    /// What was answered, put together.
    fn answers(&self) -> Vec<(u32, Answer)> {
        let (mut answers, mut parts) = (Vec::new(), Vec::new());
        for event in self.platform.sent() {
            match event {
                Event::AnswerPart { id, part } => parts.push((id, part)),
                Event::Answer { id, mut answer } => {
                    let own = parts.extract_if(.., |(of, _)| *of == id);
                    join(&mut answer, own.map(|(_, part)| part).collect());
                    answers.push((id, answer));
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(parts, [], "each belongs to an answer");
        answers
    }

    fn only_answer(&self) -> Answer {
        let answers = self.answers();
        let [(_, answer)] = answers.as_slice() else {
            panic!("{} answers", answers.len());
        };
        answer.clone()
    }

    fn import(&self, id: u32) {
        let op = StoreOp::Import {
            records: Vec::new(),
        };
        self.session.receive(Request::Store { id, op });
        self.pass();
    }

    fn ask_store(&self, id: u32, op: StoreOp) -> Answer {
        self.session.receive(Request::Store { id, op });
        self.pass();
        self.only_answer()
    }

    fn call(&self, id: u32, op: BackendOp) {
        let handle = 1;
        self.session
            .receive(Request::BackendCall { id, handle, op });
    }

    fn open_backend(&self, backend: BackendChoice) {
        let (id, handle) = (90, 1);
        self.session.receive(Request::BackendOpen {
            id,
            handle,
            backend,
        });
        self.pass();
        assert_eq!(self.only_answer(), Answer::Done);
    }
}

fn join(answer: &mut Answer, parts: Vec<Part>) {
    for part in parts {
        match (&mut *answer, part) {
            (
                Answer::State(StateAnswer::Records(list))
                | Answer::Backend(BackendAnswer::Records(list)),
                Part::Records(mut part),
            ) => {
                assert!(part.len() <= PART_ITEMS);
                list.append(&mut part);
            }
            (Answer::State(StateAnswer::Keys(list)), Part::Keys(mut part)) => {
                assert!(part.len() <= PART_ITEMS);
                list.append(&mut part);
            }
            other => panic!("{other:?}"),
        }
    }
}

fn stored(records: Vec<Record>) -> Answer {
    Answer::State(StateAnswer::Records(records))
}

#[test]
fn given_an_import_in_parts_then_all_of_it_is_stored_and_comes_back_in_parts() {
    let page = Page::new();
    page.send_parts(5, &records(MANY), Part::Records);
    page.import(5);
    assert_eq!(page.only_answer(), Answer::State(StateAnswer::Done));
    assert_eq!(page.ask_store(6, StoreOp::Records), stored(records(MANY)));
    let op = StateOp::List {
        prefix: String::new(),
    };
    let script_id = "main".to_owned();
    let id = 7;
    page.session.receive(Request::State { id, script_id, op });
    page.pass();
    let Answer::State(StateAnswer::Keys(keys)) = page.only_answer() else {
        panic!("it lists");
    };
    assert_eq!(keys.len(), MANY);
}

#[test]
fn given_an_answer_in_parts_then_they_do_not_come_all_at_once() {
    let page = Page::new();
    page.send_parts(5, &records(MANY), Part::Records);
    page.import(5);
    drop(page.only_answer());
    let op = StoreOp::Records;
    page.session.receive(Request::Store { id: 6, op });
    let mut messages = Vec::new();
    while messages.len() < 200 {
        page.platform.advance(1.0);
        messages.push(page.platform.sent().len());
    }
    assert_eq!(
        messages.iter().sum::<usize>(),
        MANY.div_ceil(PART_ITEMS) + 1
    );
    assert!(messages.iter().all(|count| *count <= 1));
}

#[test]
fn given_parts_whose_request_does_not_come_then_they_are_nowhere() {
    let page = Page::new();
    page.send_parts(5, &records(MANY), Part::Records);
    page.session.receive(Request::DropParts { id: 5 });
    page.import(5);
    assert_eq!(page.only_answer(), Answer::State(StateAnswer::Done));
    assert_eq!(page.ask_store(6, StoreOp::Records), stored(Vec::new()));
}

#[test]
fn given_an_import_in_parts_with_a_bad_record_then_nothing_is_stored_and_it_is_named() {
    let page = Page::new();
    let mut bad = records(MANY);
    bad[4_000].value = "{".into();
    page.send_parts(5, &bad, Part::Records);
    page.import(5);
    let Answer::Error(error) = page.only_answer() else {
        panic!("it is refused");
    };
    assert!(error.message.contains("records[4000].value"), "{error}");
    assert_eq!(page.ask_store(6, StoreOp::Records), stored(Vec::new()));
}

#[test]
fn given_an_export_then_it_is_of_its_moment_and_ends_once() {
    let page = Page::new();
    page.send_parts(5, &records(MANY), Part::Records);
    page.import(5);
    drop(page.only_answer());
    let Answer::State(StateAnswer::Count(total)) = page.ask_store(6, StoreOp::Export) else {
        panic!("it begins");
    };
    assert_eq!(total as usize, MANY);
    let mut found = Vec::new();
    for id in 7.. {
        let Answer::State(StateAnswer::Records(mut part)) =
            page.ask_store(id, StoreOp::ExportNext { export: 6 })
        else {
            panic!("it goes on");
        };
        if part.is_empty() {
            break;
        }
        assert!(part.len() <= PART_ITEMS);
        found.append(&mut part);
        if found.len() < MANY / 2 {
            let cleared = page.ask_store(80, StoreOp::Clear);
            assert_eq!(cleared, Answer::State(StateAnswer::Done));
        }
    }
    assert!(found == records(MANY));
    let over = page.ask_store(81, StoreOp::ExportNext { export: 6 });
    let Answer::Error(Error { kind, .. }) = over else {
        panic!("it is over");
    };
    assert_eq!(*kind, ErrorKind::Protocol);
}

#[test]
fn given_calls_in_parts_to_a_backend_by_handle_then_they_are_done_in_their_order() {
    let page = Page::new();
    page.open_backend(BackendChoice::Memory);
    page.send_parts(5, &records(MANY), Part::Records);
    page.call(5, BackendOp::SetMany { records: vec![] });
    page.call(6, BackendOp::GetAll);
    page.send_parts(7, &keys(), Part::Keys);
    page.call(7, BackendOp::DeleteMany { keys: vec![] });
    page.call(8, BackendOp::GetAll);
    page.pass();
    let mut answers = page.answers();
    answers.sort_by_key(|(id, _)| *id);
    let all = |records| Answer::Backend(BackendAnswer::Records(records));
    let done = || Answer::Backend(BackendAnswer::Done);
    assert!(
        answers
            == [
                (5, done()),
                (6, all(records(MANY))),
                (7, done()),
                (8, all(Vec::new()))
            ]
    );
}

fn done() -> HostAnswer {
    HostAnswer::Backend(BackendAnswer::Done)
}

impl Page {
    /// A page whose own backend is used.
    fn with_a_backend() -> Self {
        let platform = TestPlatform::new();
        let session = Session::new(platform.shared());
        let page = Self { platform, session };
        let methods = HostMethods {
            get_many: true,
            set_many: true,
            delete_many: true,
            scan: true,
            ..HostMethods::default()
        };
        let name = "custom".to_owned();
        let mut open = open();
        if let Request::Open { options, .. } = &mut open {
            options.backend = BackendChoice::Host { name, methods };
        }
        page.session.receive(open);
        page.pass();
        let (call, asked, _) = page.asked();
        assert_eq!(asked, BackendOp::Init);
        page.answer_call(call, done());
        assert!(matches!(page.platform.sent()[..], [Event::Ready { .. }]));
        page
    }

    /// What is asked of the backend, and the records that came before it.
    fn asked(&self) -> (u32, BackendOp, Vec<Record>) {
        let mut records = Vec::new();
        for event in self.platform.sent() {
            match event {
                Event::CallPart {
                    part: Part::Records(mut part),
                    ..
                } => {
                    assert!(part.len() <= PART_ITEMS);
                    records.append(&mut part);
                }
                Event::Call {
                    id,
                    call: HostCall::Backend(op),
                } => return (id, op, records),
                other => panic!("{other:?}"),
            }
        }
        panic!("nothing is asked");
    }

    fn answer_call(&self, call: u32, answer: HostAnswer) {
        self.session.receive(Request::Answer { call, answer });
        self.pass();
    }
}

#[test]
fn given_a_backend_of_the_page_then_what_it_is_asked_and_answers_crosses_in_parts() {
    let page = Page::with_a_backend();
    page.send_parts(5, &records(MANY), Part::Records);
    page.import(5);
    let (call, asked, parts) = page.asked();
    let records = Vec::new();
    assert_eq!(asked, BackendOp::SetMany { records });
    assert!(parts == self::records(MANY));
    page.answer_call(call, done());
    assert_eq!(page.only_answer(), Answer::State(StateAnswer::Done));
    let op = StoreOp::Records;
    page.session.receive(Request::Store { id: 6, op });
    page.pass();
    let (call, asked, _) = page.asked();
    let prefix = String::new();
    assert_eq!(asked, BackendOp::Scan { prefix });
    for part in self::records(MANY).chunks(PART_ITEMS) {
        let part = Part::Records(part.to_vec());
        page.session.receive(Request::AnswerPart { call, part });
    }
    let records = Vec::new();
    page.answer_call(call, HostAnswer::Backend(BackendAnswer::Records(records)));
    assert!(page.only_answer() == stored(self::records(MANY)));
}
