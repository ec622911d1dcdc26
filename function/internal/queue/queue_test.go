package queue

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestEncode(t *testing.T) {
	cases := map[string]struct {
		reason string
		v      any
		want   string
	}{
		"Redrive": {
			reason: "The count must be a number, because SQS returns one.",
			v: redrivePolicy{
				DeadLetterTargetARN: "arn:aws:sqs:us-east-1:111122223333:jobs-dlq",
				MaxReceiveCount:     3,
			},
			want: `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111122223333:jobs-dlq","maxReceiveCount":3}`,
		},
		"Allow": {
			reason: "Only the queue itself may redrive.",
			v: redriveAllowPolicy{
				RedrivePermission: "byQueue",
				SourceQueueARNs:   []string{"arn:aws:sqs:us-east-1:111122223333:jobs"},
			},
			want: `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:us-east-1:111122223333:jobs"]}`,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, stack.JSON(tc.v)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}
