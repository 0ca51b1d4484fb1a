//! chainpin against OpenSSL, Node's `X509Certificate` and rustls-webpki: see README.md.

mod alt_names;
mod ber;
mod chain;
mod classes;
mod compare;
mod corpus;
#[path = "../../rust/common/der.rs"]
#[allow(dead_code, reason = "a part is used here")]
mod der;
mod generate;
mod mutate;
mod random;
mod reader;
mod shape;
mod show;
mod tree;

use std::process::ExitCode;
use std::time::Instant;

use classes::{CHAIN_CLASSES, CLASSES, Difference};
use compare::{Counts, compare};
use random::Random;
use reader::{Reader, node::Node};

/// What a run does.
struct Options {
    seed: u64,
    /// The first case, and how many.
    first: u64,
    cases: u64,
    /// Of so many cases, Node is given one; 0 for none.
    node_every: u64,
    /// Chains, each with three questions.
    chains: u64,
}

/// Certificates for Node at a time.
const BATCH: usize = 256;

fn main() -> ExitCode {
    let options = options();
    println!("seed {}, {}", options.seed, openssl::version::version());
    let started = Instant::now();
    let mut counts = Counts::default();
    let failures = certificates(&options, &mut counts);
    report(&options, &counts, started);
    let failures = failures + chains(&options);
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn options() -> Options {
    let mut options = Options { seed: 1, first: 0, cases: 30_000, node_every: 10, chains: 1_500 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("`{word}` takes a number"));
        match word.as_str() {
            "--seed" => options.seed = value,
            "--first" => options.first = value,
            "--cases" => options.cases = value,
            "--chains" => options.chains = value,
            "--node-every" => options.node_every = value,
            _ => panic!("`{word}` is no option"),
        }
    }
    options
}

fn certificates(options: &Options, counts: &mut Counts) -> u64 {
    let seeds = corpus::seeds();
    let mut node = (options.node_every > 0).then(Node::start);
    let mut batch = Vec::new();
    let mut failures = 0;
    let mut fail = |case: u64, der: &[u8], what: &str| {
        failures += 1;
        eprintln!("case {case} of seed {}: {what}", options.seed);
        eprintln!("{}", openssl::base64::encode_block(der).replace('\n', ""));
        failures >= MOST_FAILURES
    };
    for case in options.first..options.first + options.cases {
        let der = mutate::case(&seeds, &mut Random::of(options.seed, case));
        let readings = [
            (Reader::Chainpin, reader::chainpin::read(&der)),
            (Reader::Openssl, reader::openssl::read(&der)),
            (Reader::Webpki, reader::webpki::read(&der)),
        ];
        if let Err(what) = compare(&der, &readings, counts)
            && fail(case, &der, &what)
        {
            break;
        }
        let Some(node) = &mut node else { continue };
        if case % options.node_every == 0 {
            batch.push((case, der));
        }
        if batch.len() == BATCH || case + 1 == options.first + options.cases {
            let (cases, ders): (Vec<u64>, Vec<Vec<u8>>) = std::mem::take(&mut batch).into_iter().unzip();
            for ((case, der), reading) in cases.iter().zip(&ders).zip(node.read(&ders)) {
                let readings = [(Reader::Chainpin, reader::chainpin::read(der)), (Reader::Node, reading)];
                if let Err(what) = compare(der, &readings, counts) {
                    fail(*case, der, &what);
                }
            }
        }
    }
    if let Some(node) = node {
        node.stop();
    }
    failures
}

/// After so many failures a run stops.
const MOST_FAILURES: u64 = 10;

fn report(options: &Options, counts: &Counts, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    println!("\n{} certificates, {} of them given to Node, in {seconds:.1} s", options.cases, counts.of(Reader::Node).0);
    for reader in [Reader::Chainpin, Reader::Openssl, Reader::Webpki, Reader::Node] {
        let (given, read) = counts.of(reader);
        println!("{:>9} of {given:>9} read by {reader:?}", read);
    }
    println!("\nread by");
    counts.readers.iter().for_each(|(readers, count)| println!("{count:>9} {readers}"));
    println!("\nnot read by all, by what is odd in them (several may be)");
    for class in CLASSES.iter().filter(|class| !class.refused_by.is_empty()) {
        let count = counts.classes.get(&class.oddity).copied().unwrap_or_default();
        println!("{count:>9} {:?}, refused by {:?}, e.g. {}: {}", class.oddity, class.refused_by, class.example, class.reason);
    }
    println!("\nvalues that were equal");
    counts.equal.iter().for_each(|(value, count)| println!("{count:>9} {value}"));
    println!("\nvalues that were not, and need not be");
    for difference in Difference::ALL {
        println!(
            "{:>9} {difference:?}: {}",
            counts.differences.get(difference).copied().unwrap_or_default(),
            difference.reason()
        );
    }
}

fn chains(options: &Options) -> u64 {
    let started = Instant::now();
    let mut counts = chain::Counts::default();
    let mut failures = 0;
    for number in options.first..options.first + options.chains {
        let case = chain::world::case(&mut Random::of(!options.seed, number));
        if let Err(what) = chain::compare(&case, &mut counts) {
            failures += 1;
            eprintln!("chain {number} of seed {}: {what}\n{}", options.seed, case.story);
            for (kind, ders) in [("presented", &case.chain), ("anchor", &case.anchors)] {
                ders.iter().for_each(|der| eprintln!("{kind} {}", openssl::base64::encode_block(der).replace('\n', "")));
            }
            if failures >= MOST_FAILURES {
                break;
            }
        }
    }
    println!("\n{} chains, {} questions, in {:.1} s", options.chains, counts.questions, started.elapsed().as_secs_f64());
    println!("{:>9} verified by both, {} of them by OpenSSL along chainpin's path alone", counts.both, counts.other_way);
    println!("{:>9} by neither", counts.neither);
    for class in CHAIN_CLASSES {
        let count = counts.ours_alone.get(class.name).copied().unwrap_or_default();
        println!("{count:>9} by chainpin alone, {}: {}", class.name, class.reason);
    }
    println!("\nby OpenSSL alone; chainpin's reasons");
    counts.theirs_alone.iter().for_each(|(why, count)| println!("{count:>9} {why}"));
    println!("\nby both, unless OpenSSL is strict; its reasons");
    counts.not_strict.iter().for_each(|(why, count)| println!("{count:>9} {why}"));
    failures
}
