//! The settings of a bucket: what expires, how objects are encrypted, who owns them.

use std::time::Duration;

use wcalang_model::kind::{Choice, Record};

/// What happens to objects with age. Ages are whole days.
#[derive(Debug, Clone, Record)]
pub struct LifecycleRule {
    /// The rule's name within the bucket.
    pub id: String,
    /// Which objects: those whose key begins with this. All where it is not given.
    pub prefix: Option<String>,
    /// Whether it applies.
    #[field(default = true)]
    pub enabled: bool,
    /// How long after its creation an object expires.
    pub expire_after: Option<Duration>,
    /// How long after it was overwritten or deleted an old version expires.
    pub expire_noncurrent_after: Option<Duration>,
    /// How long after its start an unfinished upload is dropped.
    pub abort_uploads_after: Option<Duration>,
    /// When objects move to a cheaper class of storage.
    #[field(default = Vec::new())]
    pub transitions: Vec<Transition>,
}

/// When objects move to another class of storage.
#[derive(Debug, Clone, Record)]
pub struct Transition {
    /// How long after its creation, in whole days.
    pub after: Duration,
    /// Where to.
    pub storage_class: StorageClass,
}

/// The classes of storage that objects can move to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum StorageClass {
    /// Cheaper, with a price for access.
    #[value("STANDARD_IA")]
    StandardIa,
    /// The same, in one zone only.
    #[value("ONEZONE_IA")]
    OnezoneIa,
    /// S3 decides by use.
    #[value("INTELLIGENT_TIERING")]
    IntelligentTiering,
    /// Archive, read at once.
    #[value("GLACIER_IR")]
    GlacierIr,
    /// Archive, read within hours.
    #[value("GLACIER")]
    Glacier,
    /// The cheapest archive, read within twelve hours.
    #[value("DEEP_ARCHIVE")]
    DeepArchive,
}

/// How new objects are encrypted at rest.
#[derive(Debug, Clone, PartialEq, Record)]
pub struct Encryption {
    /// With S3's own keys, or with KMS.
    #[field(default = Algorithm::Aes256)]
    pub algorithm: Algorithm,
    /// The KMS key's ARN. AWS's default: its own key for S3.
    pub key: Option<String>,
    /// Whether a key for the bucket saves calls to KMS.
    #[field(default = false)]
    pub bucket_key: bool,
}

impl Default for Encryption {
    /// What AWS sets for a new bucket.
    fn default() -> Self {
        Encryption { algorithm: Algorithm::Aes256, key: None, bucket_key: false }
    }
}

/// The ways to encrypt objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Algorithm {
    /// S3's own keys.
    #[value("AES256")]
    Aes256,
    /// A KMS key.
    #[value("aws:kms")]
    Kms,
    /// A KMS key, in two layers.
    #[value("aws:kms:dsse")]
    KmsDsse,
}

/// Who owns the objects that others upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Ownership {
    /// The bucket's owner owns every object; ACLs are off.
    #[value("BucketOwnerEnforced")]
    BucketOwnerEnforced,
    /// The bucket's owner, where the upload says so.
    #[value("BucketOwnerPreferred")]
    BucketOwnerPreferred,
    /// Who uploads.
    #[value("ObjectWriter")]
    ObjectWriter,
}
