package v1alpha1

// A Table is a DynamoDB table, encrypted with the claim's data key. AWS bills each read and
// write and the gigabytes, and nothing for a table that nobody uses.
//
// +kubebuilder:validation:XValidation:rule="!self.name.contains('-table-') && !self.name.contains('-alarm-') && !self.name.contains('-index-')",message="cannot use this table name: -table-, -alarm- and -index- inside a name are reserved for Kasha's own names; choose another name",fieldPath=".name"
// +kubebuilder:validation:XValidation:rule="self.hashKey == oldSelf.hashKey && has(self.rangeKey) == has(oldSelf.rangeKey) && (!has(self.rangeKey) || self.rangeKey == oldSelf.rangeKey)",message="cannot change the key of a table: AWS would need another table, and the items in this one would be lost; add a table with another name and the new key, copy the items, and remove this table afterwards"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.indexes) || oldSelf.indexes.size() == 0 || (has(self.indexes) && self.indexes.size() > 0)",message="cannot remove the last index of a table: the AWS provider leaves the last one in AWS, and it would go on to cost money; keep one index, or add another one first",fieldPath=".indexes"
// +kubebuilder:validation:XValidation:rule="!has(self.rangeKey) || self.rangeKey.name != self.hashKey.name",message="cannot use this key: the hash key and the range key are the same attribute; leave rangeKey out, or name another attribute",fieldPath=".rangeKey"
type Table struct {
	// Name of the table, unique in the claim: lower-case letters, digits and hyphens. The
	// backend finds the table's name in AWS in the variable TABLE_ and this name in capitals,
	// with an underscore for each hyphen. Renaming creates a new table and deletes the old one
	// with all items in it.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=100
	// +kubebuilder:validation:XValidation:rule="self.matches('^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$')",message="cannot use this table name: a table's name begins with a letter and has at most 40 lower-case letters, digits and hyphens; write for example orders"
	Name string `json:"name"`

	// HashKey is the attribute by which DynamoDB divides the items among partitions. Every
	// item has it, and requests name its value. A partition takes at most 3,000 read units
	// and 1,000 write units a second, so choose an attribute with many values. Immutable.
	HashKey KeyAttribute `json:"hashKey"`

	// RangeKey is the attribute by which items with the same hash key are sorted and told
	// apart. Without it, no two items have the same hash key. Immutable.
	//
	// +optional
	RangeKey *KeyAttribute `json:"rangeKey,omitempty"`

	// Indexes are global secondary indexes: other keys by which the items can be queried.
	// An index is a copy, so it costs as much storage again as what it has, and a write unit
	// for each write that changes it. AWS builds a new index while the table is used, which
	// takes minutes to hours. A removed one goes at once, and queries of it fail.
	//
	// +optional
	// +listType=map
	// +listMapKey=name
	// +kubebuilder:validation:MaxItems=20
	Indexes []TableIndex `json:"indexes,omitempty"`

	// MaxReadUnits is the most that all reads of the table may use in a second, and of each
	// index, too. A unit is 4 KB read consistently, or 8 KB otherwise. DynamoDB throttles
	// more, and an alarm fires. It bounds the bill. When empty, AWS's quota of the account
	// bounds it: 40,000 for each table unless it was raised.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	MaxReadUnits *int32 `json:"maxReadUnits,omitempty"`

	// MaxWriteUnits is the same for writes. A unit is 1 KB written.
	//
	// +optional
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=1000000
	MaxWriteUnits *int32 `json:"maxWriteUnits,omitempty"`

	// TTLAttribute is an attribute with a time in seconds since 1970. DynamoDB deletes an
	// item within a few days after that time, free of charge. It must not be an attribute of
	// a key. AWS takes a change only about an hour after the last one: to use another
	// attribute, first remove the field, and set it again later.
	//
	// +optional
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.-]{1,255}$')",message="cannot use this attribute: a name has 1 to 255 letters, digits, dots, hyphens and underscores; write for example expiresAt"
	TTLAttribute string `json:"ttlAttribute,omitempty"`

	// Stream keeps what has changed for 24 hours, for consumers that follow the table:
	// only the keys of changed items, the new items, the old ones, or both. A change to
	// another one makes a new stream, and what is in the old one is lost to consumers that
	// have not read it. When empty, there is none.
	//
	// +optional
	Stream TableStream `json:"stream,omitempty"`

	// RecoveryDays is for how many days the table can be restored to any second. It costs
	// about as much as the storage, whatever the number. A smaller number deletes what is
	// older at once. 0 turns it off, and the whole history is lost.
	//
	// +optional
	// +kubebuilder:default=35
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=35
	RecoveryDays *int32 `json:"recoveryDays,omitempty"`

	// Archive has AWS Backup take a snapshot on the first of every month and keep it for
	// backup.archiveYears, in the same vault as the database's. Each snapshot costs its
	// gigabytes. A table that can be computed again does not need it.
	//
	// +optional
	// +kubebuilder:default=true
	Archive *bool `json:"archive,omitempty"`
}

// A KeyAttribute is an attribute of a key.
type KeyAttribute struct {
	// Name of the attribute in the items.
	//
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.-]{1,255}$')",message="cannot use this attribute: a name has 1 to 255 letters, digits, dots, hyphens and underscores; write for example pk"
	Name string `json:"name"`

	// Type of its values: String, Number, or Binary for bytes.
	//
	// +kubebuilder:default=String
	Type AttributeType `json:"type"`
}

// An AttributeType is the type of the values of an attribute. DynamoDB's own names are their first
// letters, of which YAML takes N for false.
//
// +kubebuilder:validation:Enum=String;Number;Binary
type AttributeType string

// The types.
const (
	AttributeString AttributeType = "String"
	AttributeNumber AttributeType = "Number"
	AttributeBinary AttributeType = "Binary"
)

// A TableIndex is a global secondary index.
//
// +kubebuilder:validation:XValidation:rule="self.hashKey == oldSelf.hashKey && has(self.rangeKey) == has(oldSelf.rangeKey) && (!has(self.rangeKey) || self.rangeKey == oldSelf.rangeKey) && self.projection == oldSelf.projection && has(self.attributes) == has(oldSelf.attributes) && (!has(self.attributes) || self.attributes == oldSelf.attributes)",message="cannot change an index: AWS would delete it and build it again, and queries of it would fail meanwhile; add an index with another name, let the application use it, and then remove this one"
// +kubebuilder:validation:XValidation:rule="has(self.attributes) == (self.projection == 'Include')",message="cannot use these attributes: only an index with the projection Include has a list of attributes, and it must have one; set projection to Include, or leave attributes out",fieldPath=".attributes"
// +kubebuilder:validation:XValidation:rule="!has(self.rangeKey) || self.rangeKey.name != self.hashKey.name",message="cannot use this key: the hash key and the range key are the same attribute; leave rangeKey out, or name another attribute",fieldPath=".rangeKey"
type TableIndex struct {
	// Name of the index, as queries name it.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=255
	// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9_.-]{3,255}$')",message="cannot use this index name: DynamoDB takes 3 to 255 letters, digits, dots, hyphens and underscores; write for example by-customer"
	Name string `json:"name"`

	// HashKey of the index. Items without the attribute are not in it.
	HashKey KeyAttribute `json:"hashKey"`

	// RangeKey of the index.
	//
	// +optional
	RangeKey *KeyAttribute `json:"rangeKey,omitempty"`

	// Projection is which attributes are in the index: All, only those of the keys
	// (KeysOnly), or those and the listed ones (Include). Fewer cost less storage and fewer
	// write units, and what is not in it needs a second read.
	//
	// +kubebuilder:default=All
	Projection TableProjection `json:"projection"`

	// Attributes that are in the index beside the keys.
	//
	// +optional
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=20
	// +kubebuilder:validation:items:MaxLength=255
	// +kubebuilder:validation:items:XValidation:rule="self.matches('^[A-Za-z0-9_.-]{1,255}$')",message="cannot use this attribute: a name has 1 to 255 letters, digits, dots, hyphens and underscores; write for example total"
	Attributes []string `json:"attributes,omitempty"`
}

// A TableProjection is which attributes an index has.
//
// +kubebuilder:validation:Enum=All;KeysOnly;Include
type TableProjection string

// The projections.
const (
	ProjectAll      TableProjection = "All"
	ProjectKeysOnly TableProjection = "KeysOnly"
	ProjectInclude  TableProjection = "Include"
)

// A TableStream is what a stream has of each change.
//
// +kubebuilder:validation:Enum=KeysOnly;NewImage;OldImage;NewAndOldImages
type TableStream string

// What streams have.
const (
	StreamKeysOnly        TableStream = "KeysOnly"
	StreamNewImage        TableStream = "NewImage"
	StreamOldImage        TableStream = "OldImage"
	StreamNewAndOldImages TableStream = "NewAndOldImages"
)
