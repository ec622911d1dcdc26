package kinds

import (
	"strings"
	"testing"
)

func TestOfKey(t *testing.T) {
	cases := map[string]struct {
		reason string
		key    string
		want   string
	}{
		"Whole": {reason: "A key that is always the same.", key: "vpc", want: "VPC.ec2.aws.m.upbound.io"},
		"Beginning": {
			reason: "A zone's letter follows.",
			key:    "subnet-data-a",
			want:   "Subnet.ec2.aws.m.upbound.io",
		},
		"WholeAndMore":   {reason: "A whole key is not a prefix of others.", key: "vpc-2"},
		"BeginningAlone": {reason: "Something must follow.", key: "subnet-"},
		"Entry": {
			reason: "An entry of the table is not a key.",
			key:    "subnet-*",
			want:   "Subnet.ec2.aws.m.upbound.io",
		},
		"NoHyphen": {reason: "A prefix ends at its hyphen.", key: "queues-a"},
		"Core":     {reason: "The core group has no name.", key: "connection-209ec507", want: "Secret"},
		"NamedByTheClaim": {
			reason: "A queue may be called like another kind.",
			key:    "queue-distribution",
			want:   "Queue.sqs.aws.m.upbound.io",
		},
		"Queue5xx": {
			reason: "A queue's name does not reach the composite alarm.",
			key:    "alarm-dlq-critical",
			want:   "MetricAlarm.cloudwatch.aws.m.upbound.io",
		},
		"AlarmOfAWorker": {
			reason: "Alarms have the names of what they watch.",
			key:    "alarm-worker-mail-tasks",
			want:   "MetricAlarm.cloudwatch.aws.m.upbound.io",
		},
		"AlarmOfSchedules": {
			reason: "Alarms have the names of what they watch.",
			key:    "alarm-schedules-errors",
			want:   "MetricAlarm.cloudwatch.aws.m.upbound.io",
		},
		"Longest": {
			reason: "The endpoint's own entry, and not a shorter one.",
			key:    "endpoint-s3-private-a",
			want:   "VPCEndpointRouteTableAssociation.ec2.aws.m.upbound.io",
		},
		"Unknown": {reason: "Nothing has this key.", key: "evil"},
		"Empty":   {reason: "An object without the annotation.", key: ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, ok := OfKey(tc.key)
			if got.String() != tc.want || ok != (tc.want != "") {
				t.Errorf("\n%s\nOfKey(%q): %q, %t, want %q", tc.reason, tc.key, got, ok, tc.want)
			}
		})
	}
}

// TestNoKeyIsOfTwoKinds: no name that a claim's author chooses makes a key that belongs
// to another kind.
func TestNoKeyIsOfTwoKinds(t *testing.T) {
	for a, kind := range ByKey {
		beginning, open := strings.CutSuffix(a, "*")
		if open && !strings.HasSuffix(beginning, "-") || strings.Contains(beginning, "*") {
			t.Errorf("%s: an entry is a key, or the beginning of keys up to a hyphen", a)
		}
		for b, other := range ByKey {
			if open && kind.GroupKind() != other.GroupKind() && strings.HasPrefix(b, beginning) {
				t.Errorf("%s of %s could be %s of %s", a, kind.Kind, b, other.Kind)
			}
		}
	}
}

// TestEveryKeyIsOfAKnownKind: an entry's kind can be composed.
func TestEveryKeyIsOfAKnownKind(t *testing.T) {
	left := map[string]bool{}
	for gvk := range AWS {
		left[gvk.String()] = true
	}
	for entry, gvk := range ByKey {
		if AWS[gvk] == nil && gvk != Secret && gvk != Usage {
			t.Errorf("%s: %s is not in package kinds", entry, gvk)
		}
		delete(left, gvk.String())
	}
	for gvk := range left {
		t.Errorf("%s has no key", gvk)
	}
}

// TestNoKeyIsInTwoRecords: if two records had the same key, the later one would win.
func TestNoKeyIsInTwoRecords(t *testing.T) {
	of := map[string]string{"connection-*": Secret.Kind, "usage-*": Usage.Kind}
	for _, r := range Records {
		for _, k := range r.Keys {
			if other, taken := of[k]; taken {
				t.Errorf("%s is a key of %s and of %s", k, other, r.GVK.Kind)
			}
			of[k] = r.GVK.Kind
		}
	}
}
