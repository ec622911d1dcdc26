package kinds

import s3 "github.com/upbound/provider-aws/v2/apis/namespaced/s3/v1beta1"

var s3Kinds = []Record{
	{
		GVK: s3.Bucket_GroupVersionKind, Object: &s3.Bucket{},
		Keys: []string{"bucket-app", "bucket-accesslogs", "bucket-static"},
		Actions: []string{
			"s3:CreateBucket", "s3:ListBucket", "s3:DeleteBucket", "s3:GetBucketLocation", "s3:GetBucketAcl",
			"s3:GetBucketCORS", "s3:GetBucketLogging", "s3:GetBucketObjectLockConfiguration", "s3:GetBucketPolicy",
			"s3:GetBucketRequestPayment", "s3:GetBucketVersioning", "s3:GetBucketWebsite",
			"s3:GetAccelerateConfiguration", "s3:GetEncryptionConfiguration", "s3:GetLifecycleConfiguration",
			"s3:GetReplicationConfiguration", "s3:GetBucketTagging", "s3:PutBucketTagging",
			"s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource",
		},
		Proofs:    []Proof{{Field: "arn"}},
		Loss:      "the objects in it, unless AWS refuses because there are any",
		Simulated: func(a *Answer) { a.At["arn"] = "arn:aws:s3:::" + a.External() },
	},
	{
		GVK: s3.BucketCorsConfiguration_GroupVersionKind, Object: &s3.BucketCorsConfiguration{},
		Keys:      []string{"bucket-app-cors"},
		Actions:   []string{"s3:PutBucketCORS", "s3:GetBucketCORS"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
	{
		GVK: s3.BucketOwnershipControls_GroupVersionKind, Object: &s3.BucketOwnershipControls{},
		Keys:      []string{"bucket-app-ownership", "bucket-accesslogs-ownership", "bucket-static-ownership"},
		Actions:   []string{"s3:PutBucketOwnershipControls", "s3:GetBucketOwnershipControls"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
	{
		GVK: s3.BucketPolicy_GroupVersionKind, Object: &s3.BucketPolicy{},
		Keys:      []string{"bucket-app-policy", "bucket-accesslogs-policy", "bucket-static-policy"},
		Actions:   []string{"s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:DeleteBucketPolicy"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
	{
		GVK: s3.BucketPublicAccessBlock_GroupVersionKind, Object: &s3.BucketPublicAccessBlock{},
		Keys: []string{
			"bucket-app-public-access", "bucket-accesslogs-public-access", "bucket-static-public-access",
		},
		Actions:   []string{"s3:PutBucketPublicAccessBlock", "s3:GetBucketPublicAccessBlock"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
	{
		GVK:       s3.BucketServerSideEncryptionConfiguration_GroupVersionKind,
		Keys:      []string{"bucket-app-encryption", "bucket-accesslogs-encryption", "bucket-static-encryption"},
		Object:    &s3.BucketServerSideEncryptionConfiguration{},
		Actions:   []string{"s3:PutEncryptionConfiguration", "s3:GetEncryptionConfiguration"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
	{
		GVK: s3.BucketVersioning_GroupVersionKind, Object: &s3.BucketVersioning{},
		Keys:      []string{"bucket-app-versioning"},
		Actions:   []string{"s3:PutBucketVersioning", "s3:GetBucketVersioning"},
		NoProof:   setting,
		Immutable: []string{"bucketRef"},
	},
}
