//! A proxy between the binary and the emulator, on loopback: it counts the calls by operation, and spoils chosen ones.
//!
//! A call is `service:Operation`, by the names of the API (`elasticloadbalancing:CreateLoadBalancer`, `s3:PutBucketTagging`).
//! HTTP/1.1 as the SDK speaks it and no more: a body has a length, a connection is kept for many requests.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What happens to a call that the emulator has answered.
type Trap = Box<dyn FnOnce() + Send>;

/// A proxy; it ends when it is dropped.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: u16,
    calls: Mutex<BTreeMap<String, usize>>,
    /// What mutating calls said, by operation.
    bodies: Mutex<BTreeMap<String, Vec<String>>>,
    lost: Mutex<Option<(String, usize)>>,
    trap: Mutex<Option<(usize, Trap)>>,
    delay: AtomicU64,
    ended: AtomicBool,
}

impl Proxy {
    /// Starts one in front of a port.
    pub fn start(upstream: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            upstream,
            calls: Mutex::default(),
            bodies: Mutex::default(),
            lost: Mutex::default(),
            trap: Mutex::default(),
            delay: AtomicU64::new(0),
            ended: AtomicBool::new(false),
        });
        let ours = Arc::clone(&shared);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if ours.ended.load(Ordering::SeqCst) {
                    break;
                }
                let ours = Arc::clone(&ours);
                thread::spawn(move || ours.serve(&client));
            }
        });
        Self { port, shared }
    }

    /// The calls since the last time this was asked, by operation.
    pub fn take_calls(&self) -> BTreeMap<String, usize> {
        std::mem::take(&mut self.shared.calls.lock().unwrap())
    }

    /// What the calls of a mutating operation said since the last time this was asked.
    pub fn take_bodies(&self, operation: &str) -> Vec<String> {
        self.shared.bodies.lock().unwrap().remove(operation).unwrap_or_default()
    }

    /// The answer of the `nth` call of an operation from now on (the first is 1) is lost: the emulator has done it.
    pub fn lose(&self, operation: &str, nth: usize) {
        *self.shared.lost.lock().unwrap() = Some((operation.to_string(), nth));
    }

    /// Whether the answer that was to be lost has been.
    pub fn has_lost(&self) -> bool {
        self.shared.lost.lock().unwrap().is_none()
    }

    /// Runs `trap` once the emulator has done the `nth` mutating call from now on, and loses its answer.
    pub fn after_mutation(&self, nth: usize, trap: Trap) {
        *self.shared.trap.lock().unwrap() = Some((nth, trap));
    }

    /// Whether the trap has sprung.
    pub fn has_sprung(&self) -> bool {
        self.shared.trap.lock().unwrap().is_none()
    }

    /// Every call takes this much longer.
    pub fn delay(&self, delay: Duration) {
        self.shared.delay.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
    }
}

impl Shared {
    /// Serves a connection until its end. A connection that breaks is the client's matter.
    fn serve(&self, client: &TcpStream) {
        let mut reader = BufReader::new(client);
        while let Ok(Some(request)) = Request::read(&mut reader) {
            let answered = self.answer(&request);
            let Ok(Some(answer)) = answered else { break };
            if (&*client).write_all(&answer).is_err() {
                break;
            }
        }
        let _ = client.shutdown(Shutdown::Both);
    }

    /// The answer of the emulator, or none where it is to be lost.
    fn answer(&self, request: &Request) -> Result<Option<Vec<u8>>> {
        thread::sleep(Duration::from_millis(self.delay.load(Ordering::SeqCst)));
        let operation = request.operation();
        *self.calls.lock().unwrap().entry(operation.clone()).or_default() += 1;
        if is_mutating(&operation) {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            self.bodies.lock().unwrap().entry(operation.clone()).or_default().push(body);
        }
        let answer = request.forward(self.upstream)?;
        if is_mutating(&operation)
            && let Some(trap) = counted_down(&mut self.trap.lock().unwrap(), |_| true)
        {
            trap();
            return Ok(None);
        }
        let mut lost = self.lost.lock().unwrap();
        let mut turned = lost.take().map(|(wanted, nth)| (nth, wanted));
        let is_lost = counted_down(&mut turned, |wanted| *wanted == operation).is_some();
        *lost = turned.map(|(nth, wanted)| (wanted, nth));
        Ok((!is_lost).then_some(answer))
    }
}

/// Counts one that fits; what was waiting, when its turn has come.
fn counted_down<T>(waiting: &mut Option<(usize, T)>, fits: impl Fn(&T) -> bool) -> Option<T> {
    let (left, what) = waiting.as_mut()?;
    if !fits(what) {
        return None;
    }
    *left -= 1;
    if *left > 0 { None } else { waiting.take().map(|(_, what)| what) }
}

/// Whether an operation changes anything.
pub fn is_mutating(operation: &str) -> bool {
    let verb = operation.split_once(':').map_or(operation, |(_, verb)| verb);
    !["Describe", "Get", "List", "BatchGet", "Head"].iter().any(|reads| verb.starts_with(reads))
}

struct Request {
    start: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    /// The next request of a connection; none at its end.
    fn read(reader: &mut impl BufRead) -> Result<Option<Self>> {
        let mut start = String::new();
        if reader.read_line(&mut start)? == 0 {
            return Ok(None);
        }
        let mut headers = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_string()));
        }
        let mut request = Self { start: start.trim_end().to_string(), headers, body: Vec::new() };
        if request.header("transfer-encoding").is_some() {
            return Err(Error::new(ErrorKind::Unsupported, "a body without a length"));
        }
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        request.body.resize(length, 0);
        reader.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn method(&self) -> &str {
        self.start.split(' ').next().unwrap_or_default()
    }

    /// Which operation of which service it asks for. The service is the one that it is signed for.
    fn operation(&self) -> String {
        let signed = self.header("authorization").and_then(|text| text.split("Credential=").nth(1)).unwrap_or_default();
        let service = signed.split('/').nth(3).unwrap_or("?");
        let path = self.start.split(' ').nth(1).unwrap_or("/");
        let body = String::from_utf8_lossy(&self.body);
        let action = || body.split('&').find_map(|pair| pair.strip_prefix("Action=")).map(str::to_string);
        let in_path = || path.split("/operation/").nth(1).map(str::to_string);
        let target = self.header("x-amz-target").and_then(|target| target.rsplit('.').next()).map(str::to_string);
        let operation = target.or_else(action).or_else(in_path);
        format!("{service}:{}", operation.unwrap_or_else(|| in_rest(self.method(), path)))
    }

    /// Sends it on over a connection of its own; the answer as it goes to the client.
    fn forward(&self, port: u16) -> Result<Vec<u8>> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        let mut words = self.start.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        // HTTP/1.0: the emulator then ends its answer with the connection.
        let mut head = format!("{method} {path} HTTP/1.0\r\n");
        for (name, value) in self.headers.iter().filter(|(name, _)| name != "connection" && name != "expect") {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("connection: close\r\n\r\n");
        stream.write_all(head.as_bytes())?;
        stream.write_all(&self.body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").ok_or_else(|| Error::from(ErrorKind::UnexpectedEof))?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let body = &answer[end + 4..];
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split_once(' ')).map_or("502 Bad Gateway", |(_, status)| status);
        let mut whole = format!("HTTP/1.1 {status}\r\n");
        let kept = |line: &&str| {
            !["connection:", "content-length:", "transfer-encoding:"].iter().any(|name| line.to_ascii_lowercase().starts_with(name))
        };
        for line in lines.filter(kept) {
            whole.push_str(&format!("{line}\r\n"));
        }
        whole.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let mut whole = whole.into_bytes();
        whole.extend_from_slice(body);
        Ok(whole)
    }
}

/// The operation of a request whose path says it: S3, as far as buckets go.
fn in_rest(method: &str, path: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let has = |name: &str| query.split('&').any(|pair| pair.split('=').next() == Some(name));
    let verb = match method {
        "GET" => "Get",
        "DELETE" => "Delete",
        "HEAD" => "Head",
        _ => "Put",
    };
    let parts = [
        ("lifecycle", "BucketLifecycleConfiguration"),
        ("publicAccessBlock", "PublicAccessBlock"),
        ("encryption", "BucketEncryption"),
        ("tagging", "BucketTagging"),
        ("versioning", "BucketVersioning"),
        ("ownershipControls", "BucketOwnershipControls"),
    ];
    if let Some((_, part)) = parts.iter().find(|(name, _)| has(name)) {
        return format!("{verb}{part}");
    }
    let is_bucket = path.trim_matches('/').split('/').count() == 1 && path != "/";
    match (method, is_bucket) {
        ("PUT", true) => "CreateBucket".to_string(),
        ("DELETE", true) => "DeleteBucket".to_string(),
        ("HEAD", true) => "HeadBucket".to_string(),
        ("POST", true) if has("delete") => "DeleteObjects".to_string(),
        ("GET", true) if has("versions") => "ListObjectVersions".to_string(),
        ("GET", true) => "ListObjectsV2".to_string(),
        ("GET", false) if path == "/" => "ListBuckets".to_string(),
        _ => format!("{verb}Object"),
    }
}
