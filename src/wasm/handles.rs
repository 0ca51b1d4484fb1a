//! The compiled policies and anchors that live in the module.

use core::cell::RefCell;
use std::rc::Rc;

use crate::decision::Verifier;
use crate::x509::Anchors;

thread_local! {
    static POLICIES: RefCell<Handles<Verifier>> = const { RefCell::new(Handles(Vec::new())) };
    static ANCHORS: RefCell<Handles<Anchors>> = const { RefCell::new(Handles(Vec::new())) };
}

pub(super) fn keep_policy(verifier: Verifier) -> Option<u32> {
    POLICIES.with_borrow_mut(|policies| policies.insert(verifier))
}

pub(super) fn policy(handle: u32) -> Option<Rc<Verifier>> {
    POLICIES.with_borrow(|policies| policies.get(handle))
}

pub(super) fn free_policy(handle: u32) {
    POLICIES.with_borrow_mut(|policies| policies.remove(handle));
}

pub(super) fn keep_anchors(anchors: Anchors) -> Option<u32> {
    ANCHORS.with_borrow_mut(|all| all.insert(anchors))
}

pub(super) fn anchors(handle: u32) -> Option<Rc<Anchors>> {
    ANCHORS.with_borrow(|all| all.get(handle))
}

pub(super) fn free_anchors(handle: u32) {
    ANCHORS.with_borrow_mut(|all| all.remove(handle));
}

/// Values named by small numbers; a freed number is reused.
struct Handles<T>(Vec<Option<Rc<T>>>);

impl<T> Handles<T> {
    fn insert(&mut self, value: T) -> Option<u32> {
        let free = self.0.iter().position(Option::is_none);
        let index = free.unwrap_or(self.0.len());
        match self.0.get_mut(index) {
            Some(place) => *place = Some(Rc::new(value)),
            None => self.0.push(Some(Rc::new(value))),
        }
        u32::try_from(index).ok()
    }

    fn remove(&mut self, handle: u32) {
        if let Some(place) = usize::try_from(handle).ok().and_then(|index| self.0.get_mut(index)) {
            *place = None;
        }
    }

    fn get(&self, handle: u32) -> Option<Rc<T>> {
        usize::try_from(handle).ok().and_then(|index| self.0.get(index)?.clone())
    }
}
