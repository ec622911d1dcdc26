package plan

import (
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A bucketBinding is the application's bucket.
type bucketBinding struct{ nothing }

func (bucketBinding) Serves(d Declared) bool { return d.Data }

func (bucketBinding) Variables() []Variable {
	return []Variable{{"BUCKET", stack.Await(keys.Bucket, "id")}}
}

func (bucketBinding) Grant() Grant {
	arn := stack.ARN(keys.Bucket)
	return Grant{Encrypted: []string{"s3"}, Statements: policy.Document{
		policy.Permit("Objects", policy.List{arn + "/*"},
			"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		policy.Permit("Bucket", policy.List{arn}, "s3:ListBucket"),
	}}
}
