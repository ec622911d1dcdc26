package function

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kasha-platform/kasha/function/internal/simulator"
)

// contradiction is a claim that says something else than what AWS has made of its resources.
type contradiction struct {
	reason string
	// before is the living claim, over the minimal one.
	before string
	// aws is what AWS has done since, and change what the author then writes.
	aws    func(w *simulator.World)
	change string
	// want is what the claim is refused with. Empty if it is accepted.
	want string
}

// TestContradictions: AWS, or an author, has changed a resource so that it can no longer become
// what the claim says. AWS would reject the change at every attempt, so the claim is refused in
// words, and nothing changes. A claim that stays as it was is never refused.
func TestContradictions(t *testing.T) {
	t.Parallel()
	for name, tc := range contradictions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, tc.before)))
			if tc.aws != nil {
				tc.aws(w)
			}
			changeSpec(t, w, tc.change)
			_, err := w.Pass(t.Context(), newFunction())
			switch {
			case tc.want == "" && err != nil:
				t.Errorf("%s\nwant no error, got: %v", tc.reason, err)
			case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
				t.Errorf("%s\nwant an error with %q, got: %v", tc.reason, tc.want, err)
			}
		})
	}
}

var contradictions = map[string]contradiction{
	"TheVolumeOfThePrimaryHasOutgrownItsMaximum": {
		reason: "A volume never shrinks.",
		aws:    grownTo("db-primary", 80), change: "database: {maxStorageGiB: 60}",
		want: "cannot limit the storage of shop-db-primary to 60 GiB: AWS has grown its volume to 80 GiB, a volume " +
			"never shrinks, and AWS wants the maximum to be at least a tenth more; use 88 or more",
	},
	"TheVolumeOfAReplicaHasOutgrownItsMaximum": {
		reason: "Each instance grows for itself.",
		aws:    grownTo("db-replica-1", 90), change: "database: {maxStorageGiB: 60}",
		want: "cannot limit the storage of shop-db-replica-1 to 60 GiB",
	},
	"TheNewMaximumLeavesNoRoomToGrow": {
		reason: "AWS wants a tenth more than the volume has.",
		aws:    grownTo("db-primary", 60), change: "database: {maxStorageGiB: 62}",
		want: "use 66 or more",
	},
	"TheVolumeHasReachedItsMaximum": {
		reason: "The claim has not changed, and AWS takes it as it is.",
		aws:    grownTo("db-primary", 100),
	},
	"AWSHasUpgradedThePrimaryFurther": {
		reason: "AWS applies minor versions by itself and has no downgrade.",
		before: "spec: {database: {version: 8.4.3}}",
		aws:    runs("8.4.6", "db-primary", "db-replica-1"), change: "database: {version: 8.4.5}",
		want: "cannot run shop-db-primary with MySQL 8.4.5: AWS has upgraded it to 8.4.6, and has no downgrade; " +
			"write 8.4, 8.4.6 or a later version",
	},
	"AWSHasUpgradedAndTheClaimStaysAsItWas": {
		reason: "Its version is where the database started from.",
		before: "spec: {database: {version: 8.4.3}}",
		aws:    runs("8.4.6", "db-primary", "db-replica-1"),
	},
	"TheClaimFollowsAWS": {
		reason: "The claim may say what runs.",
		before: "spec: {database: {version: 8.4.3}}",
		aws:    runs("8.4.6", "db-primary", "db-replica-1"), change: "database: {version: 8.4.6}",
	},
	"TheClaimNoLongerNamesAMinorVersion": {
		reason: "8.4 is every version of it.",
		before: "spec: {database: {version: 8.4.3}}",
		aws:    runs("8.4.6", "db-primary", "db-replica-1"), change: "database: {version: '8.4'}",
	},
	"AQueueBecomesFIFO": {
		reason: "AWS cannot change the kind of a queue, and an older XRD does not know that.",
		change: "queues: [{name: jobs, fifo: {}}]",
		want:   "cannot change whether the queue jobs is FIFO: AWS cannot change the kind of a queue",
	},
	"AFIFOQueueBecomesAStandardOne": {
		reason: "Nor the reverse.",
		before: "spec: {queues: [{name: jobs, fifo: {}}]}", change: "queues: [{name: jobs}]",
		want: "cannot change whether the queue jobs is FIFO",
	},
	"AFIFOQueueGetsHighThroughput": {
		reason: "AWS changes that in place.",
		before: "spec: {queues: [{name: jobs, fifo: {}}]}",
		change: "queues: [{name: jobs, fifo: {highThroughput: true}}]",
	},
	"TheLockedVaultWouldRefuseShorterSnapshots": {
		reason: "The lock stays in AWS when the claim no longer asks for it.",
		before: "spec: {backup: {lock: Governance}}", change: "backup: {lock: None, archiveYears: 3}",
		want: "cannot keep snapshots for 3 years in a locked vault: the lock stays in AWS and refuses snapshots " +
			"that expire before 2557 days; lower archiveYears while lock is Governance",
	},
	"TheLockIsLoweredFirst": {
		reason: "A lock of this kind can be replaced.",
		before: "spec: {backup: {lock: Governance}}", change: "backup: {archiveYears: 3}",
	},
	"TheLockIsTurnedOff": {
		reason: "The vault takes the snapshots that it took before.",
		before: "spec: {backup: {lock: Governance}}", change: "backup: {lock: None}",
	},
}

func grownTo(key string, gib float64) func(*simulator.World) {
	return func(w *simulator.World) { at(w.Observed[key])["allocatedStorage"] = gib }
}

func runs(version string, instances ...string) func(*simulator.World) {
	return func(w *simulator.World) {
		for _, key := range instances {
			at(w.Observed[key])["engineVersionActual"] = version
		}
	}
}

// TestReplicasChangeFirst: the primary keeps its class and its version until its replicas have
// the new ones, and the claim says so for as long as it waits.
func TestReplicasChangeFirst(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ field, change, was, is string }{
		"Class":   {"instanceClass", "database: {instanceClass: db.r8g.large}", "db.t4g.medium", "db.r8g.large"},
		"Version": {"engineVersion", "database: {version: 8.4.6}", "8.4.3", "8.4.6"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, "spec: {database: {version: 8.4.3, readReplicas: 2}}")))
			slow := "db-replica-2"
			w.Interfere = func(key string, o map[string]any) {
				if key == slow {
					at(o)[tc.field] = tc.was
				}
			}
			changeSpec(t, w, tc.change)
			asks := func(key string) any { return lookup(desired(w)[key], "spec", "forProvider", tc.field) }
			for range 3 {
				pass(t, w)
				if asks("db-replica-1") != tc.is || asks("db-replica-2") != tc.is || asks("db-primary") != tc.was {
					t.Fatalf(
						"while a replica has %s, the primary must keep it: the replicas are asked for %v and %v, "+
							"the primary for %v",
						tc.was, asks("db-replica-1"), asks("db-replica-2"), asks("db-primary"))
				}
			}
			want := fmt.Sprintf("shop-db-primary keeps %s %s until AWS reports %s for shop-db-replica-2", tc.field,
				tc.was, tc.is)
			if got := standing(w); !strings.Contains(got, want) {
				t.Errorf("want a warning in the status with %q, got %q", want, got)
			}
			w.Interfere = nil
			w.Replay()
			settleMore(t, w)
			if asks("db-primary") != tc.is {
				t.Errorf("the replicas have %s, and the primary is still asked for %v", tc.is, asks("db-primary"))
			}
			if got := standing(w); got != "" {
				t.Errorf("nothing waits any more, and the status says %q", got)
			}
		})
	}
}

// standing are the warnings in a claim's status.
func standing(w *simulator.World) string {
	return fmt.Sprint(append([]any{}, list(lookup(w.Composite, "status", "warnings"))...)...)
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// TestLessIsLost: a smaller number of some fields deletes or stops something at once. The claim
// says so, and its status still says so when the event is forgotten.
func TestLessIsLost(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		before, change string
		aws            func(*simulator.World)
		want           string
	}{
		"Tasks": {
			"spec: {backend: {scaling: {max: 10}}}", "backend: {scaling: {max: 4}}",
			func(w *simulator.World) { at(w.Observed["service-backend"])["desiredCount"] = 7.0 },
			"changing spec.backend.scaling.max from 10 to 4 stops 3 of the 7 tasks that run",
		},
		"Messages": {
			"spec: {queues: [{name: jobs, retentionDays: 14}]}", "queues: [{name: jobs, retentionDays: 1}]", nil,
			"changing messageRetentionSeconds of shop-queue-jobs from 1209600 to 86400 deletes the messages in the " +
				"queue",
		},
		"Backups": {
			"", "database: {backupRetentionDays: 7}", nil,
			"changing backupRetentionPeriod of shop-db-primary from 30 to 7 deletes the automated backups that are " +
				"older",
		},
		"Logs": {
			"spec: {logs: {retentionDays: 30}}", "logs: {retentionDays: 7}", nil,
			"changing logs.retentionDays from 30 to 7 deletes all log lines that are older",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, tc.before)))
			if tc.aws != nil {
				tc.aws(w)
			}
			changeSpec(t, w, tc.change)
			for range 3 {
				pass(t, w)
				got := fmt.Sprint(lookup(w.Composite, "status", "lastChange", "warnings"))
				if !strings.Contains(got, tc.want) {
					t.Fatalf("want a warning in status.lastChange with %q, got %q", tc.want, got)
				}
			}
			changeSpec(t, w, "backend: {drainSeconds: 200}")
			pass(t, w)
			if got := lookup(w.Composite, "status", "lastChange", "warnings"); got != nil {
				t.Errorf("the claim has changed again, harmlessly, and the status still says %v", got)
			}
		})
	}
}

// TestZonesByID: the name of a zone does not tell what AWS has there, but the ID that AWS
// reports of its subnets does.
func TestZonesByID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ claim, zone, id, want string }{
		"NoFargate": {
			"spec: {region: us-west-1, availabilityZones: [us-west-1a, us-west-1b]}", "b", "usw1-az2",
			"cannot count on tasks in us-west-1b: it is the zone usw1-az2, in which AWS's list has no Fargate",
		},
		"Fargate": {"spec: {region: us-west-1, availabilityZones: [us-west-1a, us-west-1b]}", "b", "usw1-az3", ""},
		"NoNAT": {
			"spec: {region: ap-northeast-1, availabilityZones: [ap-northeast-1a, ap-northeast-1c]}", "a", "apne1-az3",
			"cannot count on a NAT gateway in ap-northeast-1a: it is the zone apne1-az3",
		},
		"NATElsewhere": {
			"spec: {region: us-east-1, network: {natGateways: Single}}", "b", "use1-az3", "",
		},
		"NoProxy": {
			"spec: {database: {proxy: {enabled: true}}}", "b", "use1-az3",
			"cannot count on the proxy in us-east-1b: it is the zone use1-az3, in which RDS Proxy does not run",
		},
		"Unlisted": {"", "a", "use1-az99", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := copyOf(t, atRest(t, claim(t, tc.claim)))
			for _, tier := range []string{"public", "frontend", "backend", "data"} {
				at(w.Observed["subnet-"+tier+"-"+tc.zone])["availabilityZoneId"] = tc.id
			}
			pass(t, w)
			if got := standing(w); !strings.Contains(got, tc.want) || tc.want == "" && got != "" {
				t.Errorf("want a warning in the status with %q, got %q", tc.want, got)
			}
		})
	}
}

// TestInsightsWaitForTheClass: AWS refuses Performance Insights on a small class, so it waits
// until the class is larger. That the provider does not report the class for a while is no
// reason to turn it on.
func TestInsightsWaitForTheClass(t *testing.T) {
	w := atRest(t, claim(t, "spec: {database: {instanceClass: db.t4g.micro, readReplicas: 0}}"))
	small := func(key string, o map[string]any) {
		if key == "db-primary" {
			at(o)["instanceClass"] = "db.t4g.micro"
		}
	}
	on := func() any { return params(desired(w)["db-primary"])["performanceInsightsEnabled"] }
	w.Interfere = small
	changeSpec(t, w, "database: {instanceClass: db.r7g.large}")
	pass(t, w)
	pass(t, w)
	if on() != false {
		t.Fatal("insights is on before the class is larger")
	}
	w.Interfere = func(key string, o map[string]any) {
		if key == "db-primary" {
			delete(at(o), "instanceClass")
		}
	}
	pass(t, w)
	pass(t, w)
	if on() != false {
		t.Error("insights is turned on because the class is not reported")
	}
	w.Interfere = func(key string, o map[string]any) {
		if key == "db-primary" {
			at(o)["instanceClass"] = "db.r7g.large"
		}
	}
	pass(t, w)
	pass(t, w)
	if on() != true {
		t.Error("insights stays off on a class that has it")
	}
}
