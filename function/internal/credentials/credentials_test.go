package credentials

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

func TestRevision(t *testing.T) {
	cases := map[string]struct {
		reason   string
		revision Revision
		key      stack.Key
	}{
		"First":       {"A default claim's revision adds nothing to the key.", Revision{Generation: 1}, "secretversion-0a1b2c3d"},
		"Second":      {"Another password.", Revision{Generation: 12}, "secretversion-g12-0a1b2c3d"},
		"Proxy":       {"Another host.", Revision{Generation: 1, Proxy: true}, "secretversion-proxy-0a1b2c3d"},
		"Application": {"Both.", Revision{Generation: 2, Application: true}, "secretversion-g2-app-0a1b2c3d"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.key, tc.revision.Key(keys.SecretVersionPrefix, "0a1b2c3d")); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.revision, RevisionOf(tc.key, keys.SecretVersionPrefix)); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.revision, ParseRevision(tc.revision.String())); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestParseRevisionIgnoresOtherWords(t *testing.T) {
	for _, text := range []string{"myproxy", "gx", "g0", "g-1", "application", "12"} {
		if got := ParseRevision(text); got != (Revision{Generation: 1}) {
			t.Errorf("%q is no revision that Kasha wrote, got %+v", text, got)
		}
	}
}

var (
	sunday = time.Date(2026, 1, 4, 6, 30, 0, 0, time.UTC)
	monday = sunday.Add(24 * time.Hour)
	spring = sunday.Add(-90 * 24 * time.Hour)
	in90   = Schedule{Days: 90, Window: "sun:06:00-sun:07:00"}
	with   = func(r Revision, digest string) Version { return Version{Revision: r, Digest: digest} }
	g1     = Revision{Generation: 1}
	g2     = Revision{Generation: 2}
)

// settled is a claim whose first password is in the database, in Secrets Manager
// and in the status.
func settled(change ...func(*Input)) Input {
	in := Input{
		Mode:         Generated,
		Recorded:     Record{Generation: 1, ChangedAt: spring},
		Database:     &Database{Generation: 1, Ready: true},
		Versions:     []Version{with(g1, "aa")},
		VersionReady: true,
		Now:          sunday,
	}
	for _, f := range change {
		f(&in)
	}
	return in
}

// TestGeneration: when the password changes, and above all when it does not.
func TestGeneration(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   int
	}{
		"New":      {"A new claim begins with the first password.", Input{Mode: Generated}, 1},
		"NewLater": {"Or with the one that it asks for.", Input{Mode: Generated, Asked: 3}, 3},
		"AtRest":   {"Nothing asks for another.", settled(), 1},
		"Raised":   {"Everybody agrees on the first, so the second may begin.", settled(func(in *Input) { in.Asked = 2 }), 2},
		"Unready": {"A database that does not work takes no password.",
			settled(func(in *Input) { in.Asked, in.Database.Ready = 2, false }), 1},
		"Unpublished": {"Secrets Manager does not have the first yet, so nobody could connect with it.",
			settled(func(in *Input) { in.Asked, in.Versions = 2, nil }), 1},
		"StatusBehind": {"The status was lost, so it is written before anything changes.",
			settled(func(in *Input) { in.Asked, in.Recorded = 2, Record{} }), 1},
		"StatusAhead": {"It has been decided, and is on its way to the database.",
			settled(func(in *Input) { in.Recorded.Generation = 2 }), 2},
		"Lower": {"A generation never goes down.",
			settled(func(in *Input) {
				in.Asked, in.Recorded.Generation, in.Database.Generation, in.Versions = 1, 2, 2, []Version{with(g2, "aa")}
			}), 2},
		"MadeAgain": {"A new primary has a new password, and the version of the old one cannot be changed.",
			settled(func(in *Input) { in.Database = nil }), 2},
		"UnknownSecret": {"A database whose password comes from elsewhere gets what is asked for.",
			settled(func(in *Input) { in.Database.Generation, in.Asked = 0, 4 }), 4},
		"Due":       {"It is old enough, and this is the window.", settled(func(in *Input) { in.Schedule = in90 }), 2},
		"NotInDays": {"It is not old enough.", settled(func(in *Input) { in.Schedule, in.Recorded.ChangedAt = in90, spring.Add(time.Hour) }), 1},
		"NotInWindow": {"The database may not be disturbed now.",
			settled(func(in *Input) { in.Schedule, in.Now = in90, monday }), 1},
		"NoSchedule": {"Zero days is never.", settled(func(in *Input) { in.Schedule = Schedule{Window: in90.Window} }), 1},
		"NoAge": {"Nobody knows how old it is.",
			settled(func(in *Input) { in.Schedule, in.Recorded.ChangedAt = in90, time.Time{} }), 1},
		"Application": {"What AWS's application changes must not be changed from here too.",
			settled(func(in *Input) { in.Mode, in.Asked, in.Schedule = ByApplication, 5, in90 }), 1},
		"AfterApplication": {"Only AWS knows the password that its application set last, so there must be another.",
			settled(func(in *Input) { in.Recorded.ByApplication = true }), 2},
		"AfterApplicationAsked": {"The one that the claim asks for will do.",
			settled(func(in *Input) { in.Recorded.ByApplication, in.Asked = true, 7 }), 7},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Decide(tc.in).Generation; got != tc.want {
				t.Errorf("%s want generation %d, got %d", tc.reason, tc.want, got)
			}
		})
	}
}

// TestPublished: tasks are told of new credentials only once these are there to be
// read.
func TestPublished(t *testing.T) {
	proxy := Revision{Generation: 1, Proxy: true}
	cases := map[string]struct {
		reason string
		in     Input
		want   Revision
		told   string
	}{
		"Nothing": {"Before anything is there, what is wanted will be the first.", Input{Mode: Generated}, g1, ""},
		"AtRest":  {"A default claim's tasks are told nothing.", settled(), g1, ""},
		"Coming":  {"The proxy's address is not in the secret yet.", settled(func(in *Input) { in.ProxyAsked = true }), g1, ""},
		"There": {"Now it is.", settled(func(in *Input) {
			in.ProxyAsked, in.Versions = true, []Version{with(g1, "aa"), with(proxy, "bb")}
		}), proxy, "proxy"},
		"Newest": {"Of several old ones the newest is current.", settled(func(in *Input) {
			in.Recorded.Generation, in.Database.Generation, in.Versions = 3, 3, []Version{with(g2, "aa"), with(g1, "bb")}
		}), g2, "g2"},
		"Application": {"Rotations by AWS's application start no new tasks.", settled(func(in *Input) {
			in.Mode, in.Versions = ByApplication, []Version{with(Revision{Generation: 1, Application: true}, "cc")}
		}), Revision{Generation: 1, Application: true}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d := Decide(tc.in)
			if diff := cmp.Diff(tc.want, d.Published); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
			if got := d.Told(); got != tc.told {
				t.Errorf("%s want tasks to be told %q, got %q", tc.reason, tc.told, got)
			}
		})
	}
}

// TestProxy: the pool goes when it is no longer asked for and nobody can have its
// address any more.
func TestProxy(t *testing.T) {
	withoutIt := Reader{Exists: true, Settled: true, Revision: g1}
	withIt := Reader{Exists: true, Settled: true, Revision: Revision{Generation: 1, Proxy: true}}
	off := func(readers ...Reader) Input {
		return settled(func(in *Input) { in.ProxyExists, in.Readers = true, readers })
	}
	cases := map[string]struct {
		reason string
		in     Input
		want   bool
	}{
		"Never":    {"Nobody asked for one.", settled(), false},
		"Asked":    {"The claim asks for it.", settled(func(in *Input) { in.ProxyAsked = true }), true},
		"Left":     {"The workload runs without its address.", off(withoutIt), false},
		"Stays":    {"The workload runs with its address.", off(withIt), true},
		"OneOfTwo": {"One of two workloads still has it.", off(withoutIt, withIt), true},
		"Moving":   {"A rollout is under way.", off(Reader{Exists: true}), true},
		"NoTasks":  {"A workload that is not there reads nothing.", off(Reader{}), false},
		"Published": {"New tasks would still be told of it.", settled(func(in *Input) {
			in.ProxyExists, in.Readers = true, []Reader{withoutIt}
			in.Versions = []Version{with(Revision{Generation: 1, Proxy: true}, "bb")}
		}), true},
		"ByRDS": {"RDS's own secret works with no proxy.", settled(func(in *Input) {
			in.Mode, in.ProxyExists, in.Readers = ByRDS, true, []Reader{withIt}
		}), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Decide(tc.in).Proxy; got != tc.want {
				t.Errorf("%s want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

// TestDigest: once AWS's application has changed the password, nobody here knows
// it, so the version that it began with must never be written again.
func TestDigest(t *testing.T) {
	app := Revision{Generation: 1, Application: true}
	byApplication := func(versions ...Version) Input {
		return settled(func(in *Input) { in.Mode, in.Versions = ByApplication, versions })
	}
	cases := map[string]struct {
		reason string
		in     Input
		want   string
		handed bool
	}{
		"Generated": {"The content decides.", settled(), "", false},
		"Before":    {"Nothing has been handed over yet.", byApplication(with(g1, "aa")), "", false},
		"Handed":    {"It keeps what it began with.", byApplication(with(g1, "aa"), with(app, "cc")), "cc", true},
		"Another": {"A later generation begins anew.", byApplication(with(Revision{Generation: 2, Application: true}, "dd")),
			"", true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			d := Decide(tc.in)
			if d.Digest != tc.want || d.Handed != tc.handed {
				t.Errorf("%s want %q and %t, got %q and %t", tc.reason, tc.want, tc.handed, d.Digest, d.Handed)
			}
		})
	}
}

// TestTaken: a password goes to Secrets Manager only after the database has it.
func TestTaken(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   bool
	}{
		"NoDatabase": {"Nobody has taken anything.", Input{Mode: Generated}, false},
		"First":      {"The database is made with the first.", settled(), true},
		"Asked":      {"The spec of the database names the old one.", settled(func(in *Input) { in.Asked = 2 }), false},
		"Told": {"The provider still speaks of the old one.", settled(func(in *Input) {
			in.Recorded.Generation, in.Database = 2, &Database{Generation: 2, Ready: true, TakesOld: true}
		}), false},
		"Taken": {"The provider speaks of the new one.", settled(func(in *Input) {
			in.Recorded.Generation, in.Database = 2, &Database{Generation: 2, Ready: true}
		}), true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Decide(tc.in).Taken; got != tc.want {
				t.Errorf("%s want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

// TestAvailable: tasks that find no credentials die, and their first deployment
// with them.
func TestAvailable(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   bool
	}{
		"Version":      {"Secrets Manager has one.", settled(), true},
		"NoVersion":    {"It has none.", settled(func(in *Input) { in.VersionReady = false }), false},
		"ByRDS":        {"RDS keeps it, once the database works.", settled(func(in *Input) { in.Mode, in.VersionReady = ByRDS, false }), true},
		"ByRDSUnready": {"It does not work yet.", settled(func(in *Input) { in.Mode, in.Database.Ready = ByRDS, false }), false},
		"ByRDSNone":    {"There is none.", settled(func(in *Input) { in.Mode, in.Database = ByRDS, nil }), false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got := Decide(tc.in).Available; got != tc.want {
				t.Errorf("%s want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}

func TestRecord(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   Record
	}{
		"Same":   {"Its age stays what it was.", settled(), Record{Generation: 1, ChangedAt: spring}},
		"New":    {"A new password begins now.", settled(func(in *Input) { in.Asked = 2 }), Record{Generation: 2, ChangedAt: sunday}},
		"NoTime": {"A render without a cluster knows no time.", Input{Mode: Generated}, Record{Generation: 1}},
		"Begun": {"From now on AWS's application may have changed it.",
			settled(func(in *Input) { in.Mode, in.RotationBegun = ByApplication, true }),
			Record{Generation: 1, ChangedAt: spring, ByApplication: true}},
		"Remembered": {"That stays true until there is another password.",
			settled(func(in *Input) { in.Mode, in.Recorded.ByApplication = ByApplication, true }),
			Record{Generation: 1, ChangedAt: spring, ByApplication: true}},
		"Over": {"There is another password.",
			settled(func(in *Input) { in.Recorded.ByApplication = true }), Record{Generation: 2, ChangedAt: sunday}},
		"Unset": {"Before the application has begun, nothing is said of who changes it.",
			settled(func(in *Input) { in.Mode, in.Recorded.Unset = ByApplication, true }),
			Record{Generation: 1, ChangedAt: spring, Unset: true}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, Decide(tc.in).Record); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestWithin(t *testing.T) {
	cases := map[string]struct {
		reason, at, window string
		want               bool
	}{
		"Inside":      {"A Sunday.", "2026-01-04T06:30:00Z", "sun:06:00-sun:07:00", true},
		"Begin":       {"The first minute counts.", "2026-01-04T06:00:00Z", "sun:06:00-sun:07:00", true},
		"End":         {"The last does not.", "2026-01-04T07:00:00Z", "sun:06:00-sun:07:00", false},
		"OtherDay":    {"A Monday.", "2026-01-05T06:30:00Z", "sun:06:00-sun:07:00", false},
		"OtherZone":   {"The window is in UTC.", "2026-01-04T07:30:00+01:00", "sun:06:00-sun:07:00", true},
		"OverTheWeek": {"The week begins on Sunday, and the window on Saturday.", "2026-01-04T00:10:00Z", "sat:23:30-sun:00:30", true},
		"NoWindow":    {"What is not a window is never open.", "2026-01-04T06:30:00Z", "", false},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			if got := within(at, tc.window); got != tc.want {
				t.Errorf("%s Want %t, got %t", tc.reason, tc.want, got)
			}
		})
	}
}
