package credentials

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSlots(t *testing.T) {
	for generation, want := range map[int]int{0: 1, 1: 1, 2: 2, 3: 1, 4: 2} {
		if got := Slot(generation); got != want {
			t.Errorf("generation %d has the user %d, want %d", generation, got, want)
		}
	}
}

var (
	u1      = Revision{Generation: 1, Users: true}
	u2      = Revision{Generation: 2, Users: true}
	u3      = Revision{Generation: 3, Users: true}
	u1proxy = Revision{Generation: 1, Users: true, Proxy: true}
)

// withUsers is a settled claim whose workloads have the first password of a user of its own.
func withUsers(change ...func(*Input)) Input {
	in := settled(func(in *Input) {
		in.Recorded.ChangedAt = sunday
		in.Readers = []Reader{{Exists: true, Settled: true, Revision: u1}}
		in.Users = UsersInput{
			Password: true, Told: []Revision{u1}, Calls: []UsersCall{{Revision: u1, Succeeded: true}},
			Recorded: UsersRecord{Generation: 1, ChangedAt: sunday},
		}
	})
	for _, f := range change {
		f(&in)
	}
	return in
}

func TestUsers(t *testing.T) {
	cases := map[string]struct {
		reason        string
		in            Input
		wanted, given Revision
		attempt       int
		available     bool
	}{
		"None": {
			reason: "A claim without users gives its workloads the master user's credentials.",
			in:     settled(), wanted: Revision{Users: true}, given: g1, attempt: 1, available: true,
		},
		"New": {
			reason: "A new claim starts nothing until its user is there.",
			in:     settled(func(in *Input) { in.Users.Password = true }), wanted: u1, given: u1,
		},
		"NewAndThere": {
			reason: "Then it starts.",
			in: settled(func(in *Input) {
				in.Users = UsersInput{Password: true, Calls: []UsersCall{{Revision: u1, Succeeded: true}}}
			}), wanted: u1, given: u1, available: true,
		},
		"Living": {
			reason: "A living claim keeps the master user's until its user is there.",
			in: settled(func(in *Input) {
				in.Readers = []Reader{{Exists: true, Settled: true, Revision: g1}}
				in.Users = UsersInput{
					Password: true, Told: []Revision{g1}, Calls: []UsersCall{{Revision: u1, Underway: true}},
				}
			}), wanted: u1, given: g1, available: true,
		},
		"LivingFailed": {
			reason: "A higher number tries again, with another user: no task has either.",
			in: settled(func(in *Input) {
				in.Readers = []Reader{{Exists: true, Settled: true, Revision: g1}}
				in.Users = UsersInput{
					Password: true, Asked: 2, Told: []Revision{g1}, Calls: []UsersCall{{Revision: u1}},
				}
			}), wanted: u2, given: g1, available: true,
		},
		"Asked": {
			reason: "The next generation begins when it is asked for.",
			in:     withUsers(func(in *Input) { in.Users.Asked = 2 }), wanted: u2, given: u1, available: true,
		},
		"AskedForMore": {
			reason: "The one that is asked for has the user of today's tasks, so the one before it comes first.",
			in:     withUsers(func(in *Input) { in.Users.Asked = 3 }),
			wanted: u2, given: u1, attempt: 1, available: true,
		},
		"AskedForMany": {
			reason: "None is made only to be replaced.",
			in:     withUsers(func(in *Input) { in.Users.Asked = 800 }),
			wanted: Revision{Generation: 800, Users: true}, given: u1, available: true,
		},
		"Due": {
			reason: "It begins when the password is old and the maintenance window is open.",
			in: withUsers(func(in *Input) {
				in.Schedule, in.Users.Recorded.ChangedAt = in90, spring
			}), wanted: u2, given: u1, available: true,
		},
		"Begun": {
			reason: "What has begun goes on when the window is over.",
			in: withUsers(func(in *Input) {
				in.Schedule, in.Now = in90, monday
				in.Users.Calls = append(in.Users.Calls, UsersCall{Revision: u2, Underway: true})
			}), wanted: u2, given: u1, available: true,
		},
		"Failed": {
			reason: "What has failed is not left out: the generation after it has the user of today's tasks.",
			in: withUsers(func(in *Input) {
				in.Users.Asked = 3
				in.Users.Calls = append(in.Users.Calls, UsersCall{Revision: u2})
			}), wanted: u2, given: u1, attempt: 1, available: true,
		},
		"Done": {
			reason: "The workloads get it when MySQL and Secrets Manager have it.",
			in: withUsers(func(in *Input) {
				in.Users.Calls = append(in.Users.Calls, UsersCall{Revision: u2, Succeeded: true})
			}), wanted: u2, given: u2, available: true,
		},
		"NotEverywhere": {
			reason: "A task may still have the user of the next generation.",
			in: withUsers(func(in *Input) {
				in.Users.Asked = 3
				in.Users.Told = []Revision{u1, u2}
				in.Users.Calls = []UsersCall{{Revision: u2, Succeeded: true}}
				in.Readers = []Reader{{Exists: true, Settled: true, Revision: u2}, {Exists: true, Revision: u2}}
			}), wanted: u2, given: u2, attempt: 1, available: true,
		},
		"Everywhere": {
			reason: "Then no task has it.",
			in: withUsers(func(in *Input) {
				in.Users.Asked = 3
				in.Users.Told = []Revision{u2}
				in.Users.Calls = []UsersCall{{Revision: u2, Succeeded: true}}
				in.Readers = []Reader{{Exists: true, Settled: true, Revision: u2}}
			}), wanted: u3, given: u2, available: true,
		},
		"Held": {
			reason: "No password changes while tasks cannot be replaced.",
			in:     withUsers(func(in *Input) { in.Users.Asked, in.Held = 2, true }),
			wanted: u1, given: u1, attempt: 1, available: true,
		},
		"Busy": {
			reason: "No password changes while the runner works.",
			in: withUsers(func(in *Input) {
				in.Users.Asked = 2
				in.Users.Calls = append(in.Users.Calls, UsersCall{Revision: u1, Underway: true})
			}), wanted: u1, given: u1, attempt: 1, available: true,
		},
		"Flap": {
			reason: "The tasks keep what their versions were told of when the answer is not known.",
			in: withUsers(func(in *Input) {
				in.Users.Asked, in.Users.Calls = 2, []UsersCall{{Revision: u1, Underway: true}}
			}), wanted: u1, given: u1, attempt: 1, available: true,
		},
		"Forgotten": {
			reason: "Where only the status tells the generation, that user's password is the one to set.",
			in: withUsers(func(in *Input) {
				in.Users.Calls, in.Users.Told, in.Readers = nil, nil, nil
				in.Users.Recorded.Generation = 2
			}), wanted: u2, given: u2,
		},
		"Proxy": {
			reason: "The same password with another host is another version.",
			in:     withUsers(func(in *Input) { in.ProxyAsked = true }), wanted: u1proxy, given: u1, available: true,
		},
		"Off": {
			reason: "Without users the workloads get the master user's again.",
			in:     withUsers(func(in *Input) { in.Users.Password = false }), wanted: Revision{Users: true}, given: g1,
			attempt: 1, available: true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d := Decide(tc.in)
			type outcome struct {
				Wanted, Given Revision
				Attempt       int
				Available     bool
			}
			want := outcome{tc.wanted, tc.given, tc.attempt, tc.available}
			got := outcome{d.Users.Wanted, d.Users.Given, d.Users.Attempt, d.Available}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestMasterPasswordWaitsForUsers: the task that makes the users logs in with the master user's password.
func TestMasterPasswordWaitsForUsers(t *testing.T) {
	in := withUsers(func(in *Input) { in.Asked = 2 })
	if got := Decide(in).Generation; got != 2 {
		t.Errorf("without such a task the generation is %d, want 2", got)
	}
	in.Users.Calls[0] = UsersCall{Revision: u1, Underway: true}
	if got := Decide(in).Generation; got != 1 {
		t.Errorf("while a task may log in the generation is %d, want 1", got)
	}
}

func TestUsersRecord(t *testing.T) {
	done := withUsers(func(in *Input) {
		in.Now = monday
		in.Users.Calls = append(in.Users.Calls, UsersCall{Revision: u2, Succeeded: true})
	})
	if diff := cmp.Diff(UsersRecord{Generation: 2, ChangedAt: monday}, Decide(done).Users.Record); diff != "" {
		t.Errorf("a new generation begins now (-want +got):\n%s", diff)
	}
	same := withUsers(func(in *Input) { in.Now = monday })
	if diff := cmp.Diff(same.Users.Recorded, Decide(same).Users.Record); diff != "" {
		t.Errorf("the same generation keeps its time (-want +got):\n%s", diff)
	}
}
