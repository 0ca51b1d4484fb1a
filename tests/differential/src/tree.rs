//! A certificate as a tree of elements, so that a change inside leaves the lengths around it right, or just one of them wrong.

/// One element. What looks like a sequence of elements inside a string is one here too.
#[derive(Clone, Debug)]
pub struct Node {
    pub tag: u8,
    pub inside: Inside,
    pub length: Length,
}

#[derive(Clone, Debug)]
pub enum Inside {
    Bytes(Vec<u8>),
    /// The octets before the elements are the count of unused bits of a BIT STRING.
    Nodes(Vec<u8>, Vec<Node>),
}

/// How the length is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Length {
    /// The shortest form, as DER wants it.
    Right,
    /// With so many zeros before it.
    Padded(usize),
    /// 0x80, and two zeros at the end.
    Indefinite,
    /// Other than it is.
    Off(i64),
}

impl Node {
    /// The elements that take up the whole of `bytes`.
    pub fn list(bytes: &[u8]) -> Option<Vec<Self>> {
        let mut nodes = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (tag, content, after) = split(rest)?;
            nodes.push(Self { tag, inside: Inside::of(tag, content), length: Length::Right });
            rest = after;
        }
        Some(nodes)
    }

    pub fn encode(&self, out: &mut Vec<u8>) {
        let mut content = Vec::new();
        match &self.inside {
            Inside::Bytes(bytes) => content.extend_from_slice(bytes),
            Inside::Nodes(before, nodes) => {
                content.extend_from_slice(before);
                nodes.iter().for_each(|node| node.encode(&mut content));
            }
        }
        out.push(self.tag);
        match self.length {
            Length::Right => push_length(out, content.len(), 0),
            Length::Padded(zeros) => push_length(out, content.len(), zeros),
            Length::Indefinite => {
                out.push(0x80);
                content.extend_from_slice(&[0, 0]);
            }
            Length::Off(by) => push_length(out, usize::try_from(content.len() as i64 + by).unwrap_or(0), 0),
        }
        out.extend_from_slice(&content);
    }

    pub fn count(&self) -> usize {
        1 + self.children().iter().map(Self::count).sum::<usize>()
    }

    pub fn children(&self) -> &[Self] {
        match &self.inside {
            Inside::Bytes(_) => &[],
            Inside::Nodes(_, nodes) => nodes,
        }
    }

    /// As `nth`, of a number under `count`.
    pub fn find(&self, number: usize) -> &Self {
        let mut left = number;
        let mut node = self;
        while left > 0 {
            left -= 1;
            for child in node.children() {
                let count = child.count();
                if left < count {
                    node = child;
                    break;
                }
                left -= count;
            }
        }
        node
    }

    /// The element with this number, counted from this one down and from left to right.
    pub fn nth(&mut self, number: usize) -> Option<&mut Self> {
        if number == 0 {
            return Some(self);
        }
        let mut left = number - 1;
        let Inside::Nodes(_, nodes) = &mut self.inside else { return None };
        for node in nodes {
            let count = node.count();
            if left < count {
                return node.nth(left);
            }
            left -= count;
        }
        None
    }
}

impl Inside {
    fn of(tag: u8, content: &[u8]) -> Self {
        let looked_into = match tag {
            0x03 if content.first() == Some(&0) => Some((&content[..1], &content[1..])),
            0x04 => Some((&content[..0], content)),
            _ if tag & 0x20 != 0 => Some((&content[..0], content)),
            _ => None,
        };
        let nodes = looked_into.and_then(|(before, rest)| Some((before, Node::list(rest).filter(|nodes| !nodes.is_empty())?)));
        match nodes {
            Some((before, nodes)) => Self::Nodes(before.to_vec(), nodes),
            None => Self::Bytes(content.to_vec()),
        }
    }
}

/// Tag, content, rest of the first element.
fn split(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
    if tag & 0x1f == 0x1f {
        return None;
    }
    let (header, length) = match first {
        0..=0x7f => (2, first.into()),
        0x81..=0x83 => {
            let octets = usize::from(first & 0x7f);
            let length = bytes.get(2..2 + octets)?.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
            (2 + octets, length)
        }
        _ => return None,
    };
    Some((tag, bytes.get(header..header + length)?, &bytes[header + length..]))
}

fn push_length(out: &mut Vec<u8>, length: usize, zeros: usize) {
    let octets = length.to_be_bytes();
    let octets = &octets[octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len() - 1)..];
    if length < 0x80 && zeros == 0 {
        out.push(length as u8);
        return;
    }
    out.push(0x80 | (octets.len() + zeros) as u8);
    out.extend(std::iter::repeat_n(0, zeros));
    out.extend_from_slice(octets);
}
