package queue

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	sqs "github.com/upbound/provider-aws/v2/apis/namespaced/sqs/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
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

// composed is a claim's only queue, as it is composed, and its dead-letter queue.
func composed(t *testing.T, q v1alpha1.Queue) (queue, dead stacktest.Object) {
	t.Helper()
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace, c.Spec.Network.CIDR = "shop", "team", "10.0.0.0/16"
	c.Spec.Queues = []v1alpha1.Queue{q}
	vpc := stacktest.Object{"status": map[string]any{"atProvider": map[string]any{"ownerId": "111122223333"}}}
	there := map[stack.Key]stack.Observed{"vpc": vpc, "dlq-jobs": stacktest.Object{}}
	s := stack.New(
		stack.Input{Claim: c, Observed: there, Scheme: kinds.Scheme, Ready: func(stack.Key) bool { return true }})
	Compose(s, plan.New(s))
	rs, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rs {
		if r.Kind != sqs.Queue_GroupVersionKind || r.Object == nil {
			continue
		}
		switch o, _ := stacktest.Object(r.Object).Lookup("spec", "forProvider"); r.Key {
		case "queue-jobs":
			queue = o.(map[string]any) //nolint:forcetypeassert // Every object has one.
		case "dlq-jobs":
			dead = o.(map[string]any) //nolint:forcetypeassert // Every object has one.
		}
	}
	return queue, dead
}

// TestQueuesOfOlderClaimsStayAsTheyAre: a claim that an older XRD let through does not have
// the new fields, and its queue has the values of before.
func TestQueuesOfOlderClaimsStayAsTheyAre(t *testing.T) {
	q, dead := composed(t, v1alpha1.Queue{Name: "jobs", MaxReceiveCount: 3, RetentionDays: 4})
	want := stacktest.Object{
		"name": "shop-jobs", "delaySeconds": 0.0, "maxMessageSize": 262144.0, "receiveWaitTimeSeconds": 20.0,
		"fifoQueue": nil,
	}
	for field, v := range want {
		if q[field] != v {
			t.Errorf("%s of the queue is %v, want %v", field, q[field], v)
		}
	}
	const days = 86400
	if q["messageRetentionSeconds"] != 4.0*days || dead["messageRetentionSeconds"] != 14.0*days {
		t.Errorf("want messages kept for 4 days, and dead letters for 14, got %v and %v seconds",
			q["messageRetentionSeconds"], dead["messageRetentionSeconds"])
	}
	if dead["name"] != "shop-jobs-dlq" || dead["fifoQueue"] != nil {
		t.Errorf("the dead-letter queue is another one: %v", dead)
	}
}

// TestFIFOQueuesHaveTheirEnds: SQS knows a FIFO queue by the end of its name, and redrives from
// it only to a FIFO queue.
func TestFIFOQueuesHaveTheirEnds(t *testing.T) {
	q, dead := composed(t, v1alpha1.Queue{
		Name: "jobs", MaxMessageKiB: ptr.To(int32(1024)), DelaySeconds: ptr.To(int32(5)),
		FIFO: &v1alpha1.QueueFIFO{ContentBasedDeduplication: true, HighThroughput: true},
	})
	want := stacktest.Object{
		"name": "shop-jobs.fifo", "fifoQueue": true, "contentBasedDeduplication": true,
		"deduplicationScope":  "messageGroup",
		"fifoThroughputLimit": "perMessageGroupId", "maxMessageSize": 1048576.0, "delaySeconds": 5.0,
	}
	for field, v := range want {
		if q[field] != v {
			t.Errorf("%s of the queue is %v, want %v", field, q[field], v)
		}
	}
	if dead["name"] != "shop-jobs-dlq.fifo" || dead["fifoQueue"] != true {
		t.Errorf("SQS would refuse this dead-letter queue: %v", dead)
	}
}
