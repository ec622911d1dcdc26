package rules

import (
	"fmt"
	"slices"
	"strings"
)

// bucketRules are about S3.
var bucketRules = []Rule{{
	ID:     "bucket-public-access",
	Title:  "Every bucket has all four public access blocks, from its first pass on.",
	Why:    "One access control list or policy would make it public.",
	Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
	check:  everyBucketHas("s3/BucketPublicAccessBlock", blocksAllPublicAccess),
}, {
	ID:     "bucket-tls",
	Title:  "Every bucket's policy denies everybody everything without TLS.",
	Why:    "S3 answers plain HTTP too.",
	Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html#transit",
	check:  everyBucketHas("s3/BucketPolicy", deniesPlainHTTP),
}, {
	ID:     "bucket-encryption",
	Title:  "Every bucket has a default encryption, and one with a KMS key uses a bucket key.",
	Why:    "Without a bucket key each object is a call to KMS that costs.",
	Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html",
	check:  everyBucketHas("s3/BucketServerSideEncryptionConfiguration", usesABucketKey),
}, {
	ID:     "bucket-ownership",
	Title:  "Access control lists are off in every bucket but that of CloudFront's access logs, which needs them.",
	Why:    "An object that another account owns cannot be read by its bucket's owner.",
	Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
	check:  everyBucketHas("s3/BucketOwnershipControls", ownsItsObjects),
}, {
	ID:     "bucket-versioning",
	Title:  "The application's bucket keeps old versions.",
	Why:    "What is overwritten or deleted by mistake could not be had back.",
	Source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
	check:  keepsVersions,
}}

// everyBucketHas requires an object of a kind for each bucket, and checks it.
func everyBucketHas(kind string, wrong func(w World, bucket string, p map[string]any) string) func(World) []Violation {
	return func(w World) []Violation {
		var out []Violation
		for _, bucket := range w.keys("s3/Bucket") {
			found := false
			for _, key := range w.keys(kind) {
				if w.ref(params(w.Desired[key]), "bucket") != bucket {
					continue
				}
				found = true
				if m := wrong(w, bucket, params(w.Desired[key])); m != "" {
					out = append(out, Violation{Key: key, Message: m})
				}
			}
			if !found {
				out = append(out, Violation{Key: bucket, Message: "has no " + kind})
			}
		}
		return out
	}
}

func blocksAllPublicAccess(_ World, _ string, p map[string]any) string {
	var off []string
	for _, field := range []string{
		"blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets",
	} {
		if p[field] != true {
			off = append(off, field)
		}
	}
	if len(off) > 0 {
		return "leaves off " + strings.Join(off, ", ")
	}
	return ""
}

func deniesPlainHTTP(w World, bucket string, p map[string]any) string {
	var d document
	if err := decode(text(p, "policy"), &d); err != nil {
		return "has a policy that is not JSON: " + err.Error()
	}
	arn := "arn:aws:s3:::" + externalName(w.Desired[bucket])
	for _, s := range d.Statement {
		is := slices.Concat([]string{s.Effect}, s.Action, s.Resource, s.conditions())
		want := []string{"Deny", "s3:*", arn, arn + "/*", "Bool aws:SecureTransport false"}
		if s.Principal.everybody() && slices.Equal(is, want) {
			return ""
		}
	}
	return "does not deny everybody s3:* on the bucket and its objects without TLS"
}

func usesABucketKey(_ World, _ string, p map[string]any) string {
	by := in(p, "rule.0.applyServerSideEncryptionByDefault.sseAlgorithm")
	if by == "aws:kms" && in(p, "rule.0.bucketKeyEnabled") != "true" {
		return "uses no bucket key"
	}
	return ""
}

func ownsItsObjects(_ World, bucket string, p map[string]any) string {
	want := "BucketOwnerEnforced"
	if bucket == "bucket-accesslogs" {
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/AccessLogs.html
		want = "BucketOwnerPreferred"
	}
	if got := in(p, "rule.objectOwnership"); got != want {
		return fmt.Sprintf("has the ownership %q, want %q", got, want)
	}
	return ""
}

func keepsVersions(w World) []Violation {
	if w.Desired["bucket-app"] == nil {
		return nil
	}
	for _, key := range w.keys("s3/BucketVersioning") {
		p := params(w.Desired[key])
		if w.ref(p, "bucket") == "bucket-app" && in(p, "versioningConfiguration.status") == "Enabled" {
			return nil
		}
	}
	return []Violation{{Key: "bucket-app", Message: "has no versioning"}}
}
