package rules

const bucket = `
desired:
  bucket-app: {aws: s3/Bucket, external: shop-app}
  bucket-app-public-access: {aws: s3/BucketPublicAccessBlock, with: {bucketRef: {name: shop-bucket-app}, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true}}
  bucket-app-policy:
    aws: s3/BucketPolicy
    with:
      bucketRef: {name: shop-bucket-app}
      policy: >-
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::shop-app", "arn:aws:s3:::shop-app/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}
  bucket-app-encryption: {aws: s3/BucketServerSideEncryptionConfiguration, with: {bucketRef: {name: shop-bucket-app}, rule: [{bucketKeyEnabled: true, applyServerSideEncryptionByDefault: {sseAlgorithm: aws:kms}}]}}
  bucket-app-ownership: {aws: s3/BucketOwnershipControls, with: {bucketRef: {name: shop-bucket-app}, rule: {objectOwnership: BucketOwnerEnforced}}}
  bucket-app-versioning: {aws: s3/BucketVersioning, with: {bucketRef: {name: shop-bucket-app}, versioningConfiguration: {status: Enabled}}}
`

var bucketExamples = map[string]example{
	"bucket-public-access": {bucket, map[string]breakage{
		"NoBlock":     {"desired: {bucket-app-public-access: null}", "bucket-app has no s3/BucketPublicAccessBlock"},
		"Another":     {"desired: {bucket-app-public-access: {with: {bucketRef: {name: shop-bucket-logs}}}}", "bucket-app has no s3/BucketPublicAccessBlock"},
		"ACLs":        {"desired: {bucket-app-public-access: {with: {blockPublicAcls: false}}}", "bucket-app-public-access leaves off blockPublicAcls"},
		"Policy":      {"desired: {bucket-app-public-access: {with: {blockPublicPolicy: null}}}", "bucket-app-public-access leaves off blockPublicPolicy"},
		"IgnoreACLs":  {"desired: {bucket-app-public-access: {with: {ignorePublicAcls: false}}}", "bucket-app-public-access leaves off ignorePublicAcls"},
		"Restrict":    {"desired: {bucket-app-public-access: {with: {restrictPublicBuckets: false}}}", "bucket-app-public-access leaves off restrictPublicBuckets"},
		"OtherBucket": {"desired: {bucket-more: {aws: s3/Bucket, external: more}}", "bucket-more has no s3/BucketPublicAccessBlock"},
	}},
	"bucket-tls": {bucket, map[string]breakage{
		"NoPolicy":    {"desired: {bucket-app-policy: null}", "bucket-app has no s3/BucketPolicy"},
		"OtherBucket": {"desired: {bucket-app: {external: shop-other}}", "bucket-app-policy does not deny everybody s3:*"},
		"Allow":       {`desired: {bucket-app-policy: {with: {policy: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::shop-app", "arn:aws:s3:::shop-app/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'}}}`, "bucket-app-policy does not deny everybody"},
		"OnlyObjects": {`desired: {bucket-app-policy: {with: {policy: '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::shop-app/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'}}}`, "bucket-app-policy does not deny everybody"},
		"Turned":      {`desired: {bucket-app-policy: {with: {policy: '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::shop-app", "arn:aws:s3:::shop-app/*"], "Condition": {"Bool": {"aws:SecureTransport": "true"}}}]}'}}}`, "bucket-app-policy does not deny everybody"},
	}},
	"bucket-encryption": {bucket, map[string]breakage{
		"None":        {"desired: {bucket-app-encryption: null}", "bucket-app has no s3/BucketServerSideEncryptionConfiguration"},
		"NoBucketKey": {"desired: {bucket-app-encryption: {with: {rule: [{applyServerSideEncryptionByDefault: {sseAlgorithm: aws:kms}}]}}}", "bucket-app-encryption uses no bucket key"},
	}},
	"bucket-ownership": {bucket, map[string]breakage{
		"None": {"desired: {bucket-app-ownership: null}", "bucket-app has no s3/BucketOwnershipControls"},
		"ACLs": {"desired: {bucket-app-ownership: {with: {rule: {objectOwnership: ObjectWriter}}}}", `bucket-app-ownership has the ownership "ObjectWriter"`},
	}},
	"bucket-versioning": {bucket, map[string]breakage{
		"None":      {"desired: {bucket-app-versioning: null}", "bucket-app has no versioning"},
		"Suspended": {"desired: {bucket-app-versioning: {with: {versioningConfiguration: {status: Suspended}}}}", "bucket-app has no versioning"},
	}},
}
