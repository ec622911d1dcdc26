package queue

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/policy"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

var uploads = []v1alpha1.QueueProducer{{Service: v1alpha1.ProducerS3, SourceARN: "arn:aws:s3:::uploads"}}

// TestEncryption: AWS refuses a queue with two ways of encryption, and the provider fills
// fields that are missing with what AWS reports.
func TestEncryption(t *testing.T) {
	sse := func(on bool) map[stack.Key]stack.Observed {
		return map[stack.Key]stack.Observed{"queue-jobs": stacktest.Object{
			"status": map[string]any{"atProvider": map[string]any{"sqsManagedSseEnabled": on}},
		}}
	}
	own := sqs.QueueParameters{KMSMasterKeyID: ptr.To("alias/aws/sqs"), KMSDataKeyReusePeriodSeconds: ptr.To(300.)}
	leaving := own
	leaving.SqsManagedSseEnabled = ptr.To(false)
	managed := sqs.QueueParameters{KMSMasterKeyID: ptr.To(""), SqsManagedSseEnabled: ptr.To(true)}

	cases := map[string]struct {
		reason    string
		producers []v1alpha1.QueueProducer
		observed  map[stack.Key]stack.Observed
		want      sqs.QueueParameters
	}{
		"Alone":   {"Only the backend sends, as in every release before.", nil, nil, own},
		"Living":  {"A queue that never had producers is written as before.", nil, sse(false), own},
		"Given":   {"SSE-SQS has no key policy that could refuse a service.", uploads, nil, managed},
		"Changes": {"The empty key keeps the provider from filling in the old one.", uploads, sse(false), managed},
		"Stays":   {"Nothing changes at the next pass.", uploads, sse(true), managed},
		"Lost": {
			"SSE-SQS is off as long as AWS reports it on, or the provider fills it in.", nil, sse(true), leaving,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s := stack.New(stack.Input{Claim: &v1alpha1.KashaClaim{}, Observed: tc.observed})
			var got sqs.QueueParameters
			encrypt(s, v1alpha1.Queue{Name: "jobs", Producers: tc.producers}, &got)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestAdmission: each service may do one thing, for its own sources only. A bucket's ARN
// names no account, so another account could create a bucket of a name that was given up.
func TestAdmission(t *testing.T) {
	const queue = "arn:aws:sqs:us-east-1:111122223333:jobs"
	statement := func(sid, principal string, c policy.Condition) policy.Statement {
		return policy.Statement{
			Sid: sid, Effect: "Allow", Principal: &policy.Principal{Service: policy.List{principal}},
			Action: policy.List{"sqs:SendMessage"}, Resource: policy.List{queue}, Condition: c,
		}
	}
	want := policy.Document{
		statement("S3", "s3.amazonaws.com", policy.Condition{
			"ArnEquals":    {"aws:SourceArn": {"arn:aws:s3:::uploads", "arn:aws:s3:::scans"}},
			"StringEquals": {"aws:SourceAccount": {plan.Account()}},
		}),
		statement("SNS", "sns.amazonaws.com", policy.Condition{
			"ArnEquals": {"aws:SourceArn": {"arn:aws:sns:us-east-1:111122223333:news"}},
		}),
		statement("EventBridge", "events.amazonaws.com", policy.Condition{
			"ArnEquals": {"aws:SourceArn": {"arn:aws:events:us-east-1:111122223333:rule/nightly"}},
		}),
	}
	got := admission([]v1alpha1.QueueProducer{
		{Service: v1alpha1.ProducerEventBridge, SourceARN: "arn:aws:events:us-east-1:111122223333:rule/nightly"},
		{Service: v1alpha1.ProducerS3, SourceARN: "arn:aws:s3:::uploads"},
		{Service: v1alpha1.ProducerSNS, SourceARN: "arn:aws:sns:us-east-1:111122223333:news"},
		{Service: v1alpha1.ProducerS3, SourceARN: "arn:aws:s3:::scans"},
	}, queue)
	if got.String() != want.String() {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
