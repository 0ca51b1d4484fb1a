//! Changes to a certificate. Half of the time every length is right afterwards; else bytes are changed as they stand, or one length is wrong.

use crate::corpus::Seed;
use crate::generate;
use crate::random::Random;
use crate::tree::{Inside, Length, Node};

/// The certificate of one case.
pub fn case(seeds: &[Seed], random: &mut Random) -> Vec<u8> {
    let made;
    let start = if random.once_in(3) {
        made = generate::certificate(random);
        // Some stay as they were made.
        if random.once_in(3) {
            return made;
        }
        &Seed { tree: Node::list(&made).unwrap().remove(0), der: made }
    } else {
        random.pick(seeds)
    };
    match random.below(8) {
        0..=3 => with_right_lengths(start, seeds, random),
        4 | 5 => with_odd_lengths(start, seeds, random),
        _ => with_other_bytes(start, random),
    }
}

fn with_right_lengths(start: &Seed, seeds: &[Seed], random: &mut Random) -> Vec<u8> {
    let mut tree = start.tree.clone();
    for _ in 0..=random.below(3) {
        change(&mut tree, seeds, random);
    }
    encode(&tree)
}

fn with_odd_lengths(start: &Seed, seeds: &[Seed], random: &mut Random) -> Vec<u8> {
    let mut tree = start.tree.clone();
    if random.once_in(3) {
        change(&mut tree, seeds, random);
    }
    let number = number(&tree, random);
    if let Some(node) = tree.nth(number) {
        node.length = match random.below(6) {
            0 | 1 => Length::Padded(random.below(4)),
            2 => Length::Padded(1 + random.below(8)),
            3 => Length::Indefinite,
            4 => Length::Off(if random.once_in(2) { 1 } else { -1 }),
            _ => Length::Off(random.below(300) as i64 - 150),
        };
    }
    encode(&tree)
}

fn with_other_bytes(start: &Seed, random: &mut Random) -> Vec<u8> {
    let mut der = start.der.clone();
    for _ in 0..=random.below(3) {
        let at = random.below(der.len());
        match random.below(6) {
            0 | 1 => der[at] ^= 1 << random.below(8),
            2 => der[at] = random.byte(),
            3 => der.insert(at, random.byte()),
            4 if der.len() > 1 => drop(der.remove(at)),
            4 => der.push(0),
            _ if random.once_in(3) => der.extend(random.bytes(4)),
            _ if random.once_in(4) => der.truncate(at + 1),
            _ => der[at] = *random.pick(&[0x00, 0x01, 0x7f, 0x80, 0xff, 0x30, 0x1f]),
        }
    }
    der
}

/// One change inside the tree.
fn change(tree: &mut Node, seeds: &[Seed], random: &mut Random) {
    let number = number(tree, random);
    let donor = match random.below(4) {
        0 => generate::element(random),
        _ => {
            let donor = &random.pick(seeds).tree;
            donor.find(random.below(donor.count())).clone()
        }
    };
    let Some(node) = tree.nth(number) else { return };
    match &mut node.inside {
        Inside::Bytes(bytes) if random.below(5) > 0 => change_content(node.tag, bytes, random),
        Inside::Nodes(_, nodes) if random.below(5) > 0 => change_list(nodes, donor, random),
        _ => match random.below(6) {
            0 => node.tag = random.byte() & 0xbf,
            1 => node.tag ^= 0x20,
            2 => {
                node.tag = *random
                    .pick(&[0x02, 0x03, 0x04, 0x05, 0x06, 0x0c, 0x13, 0x16, 0x17, 0x18, 0x1e, 0x30, 0x31, 0x82, 0x87, 0xa0])
            }
            3 => *node = generate::element(random),
            4 => node.inside = Inside::Bytes(random.bytes(20)),
            _ => *node = donor,
        },
    }
}

fn change_list(nodes: &mut Vec<Node>, donor: Node, random: &mut Random) {
    let at = random.below(nodes.len().max(1));
    match random.below(6) {
        0 | 1 if !nodes.is_empty() => drop(nodes.remove(at)),
        2 if !nodes.is_empty() => nodes.insert(at, nodes[at].clone()),
        3 if !nodes.is_empty() => {
            let other = random.below(nodes.len());
            nodes.swap(at, other);
        }
        4 if !nodes.is_empty() => nodes[at] = donor,
        _ => nodes.insert(at.min(nodes.len()), donor),
    }
}

/// Content that fits the tag more often than not.
fn change_content(tag: u8, bytes: &mut Vec<u8>, random: &mut Random) {
    match (tag, random.below(3)) {
        (0x01, 0) => *bytes = random.pick(&[&[0x00][..], &[0xff], &[0x01], &[], &[0xff, 0xff]]).to_vec(),
        (0x02, 0) => *bytes = generate::integer(random),
        (0x03, 0) => *bytes = [vec![random.below(10) as u8], random.bytes(4)].concat(),
        (0x06, 0) => *bytes = generate::object_identifier(random),
        (0x17 | 0x18, 0 | 1) => *bytes = generate::time(tag, random),
        (0x0c | 0x12..=0x16 | 0x1a | 0x1c | 0x1e | 0x82, 0) => *bytes = generate::text(tag, random),
        _ => match random.below(5) {
            0 if !bytes.is_empty() => {
                let at = random.below(bytes.len());
                bytes[at] ^= 1 << random.below(8);
            }
            1 if !bytes.is_empty() => drop(bytes.remove(random.below(bytes.len()))),
            2 => bytes.insert(random.below(bytes.len() + 1), random.byte()),
            3 => bytes.clear(),
            _ => *bytes = random.bytes(24),
        },
    }
}

/// An element's number. The upper ones make up a certificate's frame, and are met more often than their share.
fn number(tree: &Node, random: &mut Random) -> usize {
    let count = tree.count();
    if random.once_in(3) { random.below(count.min(40)) } else { random.below(count) }
}

fn encode(tree: &Node) -> Vec<u8> {
    let mut der = Vec::new();
    tree.encode(&mut der);
    der
}
