//! The few requests that the sandbox's control paths need, on a plain socket: no TLS, no redirects, no chunks.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// Sends a request without a body to a port on loopback; answers the JSON of a 200.
pub(super) fn request(port: u16, method: &str, path: &str, patience: Duration) -> io::Result<Value> {
    let mut stream = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| io::Error::other("the answer has no body"))?;
    if head.split_whitespace().nth(1) != Some("200") {
        return Err(io::Error::other(format!("{}: {body}", head.lines().next().unwrap_or_default())));
    }
    serde_json::from_str(body).map_err(io::Error::other)
}

/// Text as the value of a query parameter.
pub(super) fn quoted(text: &str) -> String {
    text.bytes().fold(String::new(), |mut acc, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            acc.push(char::from(byte));
        } else {
            acc.push_str(&format!("%{byte:02X}"));
        }
        acc
    })
}
