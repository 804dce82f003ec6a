//! Where calls go. Knows no cloud: the wing that does puts its clients in.

use std::any::Any;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

/// A future of the one thread that runs the engine. Boxed at the border, so that the code that awaits it never compiles the
/// calls behind it.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Which corner of the cloud.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: String,
    /// Twelve digits.
    pub account: String,
    /// `us-west-2`
    pub region: String,
}

/// What every call gets: the place, and the clients.
#[derive(Clone)]
pub struct Cx {
    /// The place.
    pub place: Place,
    /// The clients, of a type that only the cloud's own wing knows.
    pub clients: Rc<dyn Any>,
}
