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
		"First": {
			"A default claim's revision adds nothing to the key.",
			Revision{Generation: 1},
			"secretversion-0a1b2c3d",
		},
		"Second": {"A new password.", Revision{Generation: 12}, "secretversion-g12-0a1b2c3d"},
		"Proxy":  {"A new host.", Revision{Generation: 1, Proxy: true}, "secretversion-proxy-0a1b2c3d"},
		"Application": {
			"A new password and AWS's application.",
			Revision{Generation: 2, Application: true},
			"secretversion-g2-app-0a1b2c3d",
		},
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

// settled is the input for a claim whose first password is in the database, in Secrets
// Manager and in the status.
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

// TestGeneration covers when the password changes, and when it must not change.
func TestGeneration(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   int
	}{
		"New":      {"A new claim starts with the first password.", Input{Mode: Generated}, 1},
		"NewLater": {"A new claim can start with a later one.", Input{Mode: Generated, Asked: 3}, 3},
		"AtRest":   {"There is no reason to change it.", settled(), 1},
		"Raised": {
			"The database and Secrets Manager have the first one, so the second may begin.",
			settled(func(in *Input) { in.Asked = 2 }),
			2,
		},
		"Unready": {"A database that is not ready cannot take a password.",
			settled(func(in *Input) { in.Asked, in.Database.Ready = 2, false }), 1},
		"Unpublished": {"Secrets Manager does not have the first one yet, so no task could connect with it.",
			settled(func(in *Input) { in.Asked, in.Versions = 2, nil }), 1},
		"StatusBehind": {"The status was lost. It is written again before the password changes.",
			settled(func(in *Input) { in.Asked, in.Recorded = 2, Record{} }), 1},
		"StatusAhead": {"The decision was made, but the database does not have it yet.",
			settled(func(in *Input) { in.Recorded.Generation = 2 }), 2},
		"StatusForged": {"The last change is not finished, so no pass can have decided on another.",
			settled(func(in *Input) { in.Recorded.Generation, in.Database.Generation = 3, 2 }), 2},
		"StatusForgedUnderApplication": {"No pass changes a password that AWS's application changes.",
			settled(func(in *Input) {
				in.Mode, in.RotationBegun, in.Recorded.Generation = ByApplication, true, 2
			}), 1},
		"StatusAheadOfApplication": {"The decision was made before the application begins.",
			settled(func(in *Input) { in.Mode, in.Recorded.Generation = ByApplication, 2 }), 2},
		"Lower": {"A generation never goes down.",
			settled(func(in *Input) {
				in.Asked, in.Versions = 1, []Version{with(g2, "aa")}
				in.Recorded.Generation, in.Database.Generation = 2, 2
			}), 2},
		"MadeAgain": {"A recreated primary needs a new password, and the old version cannot be changed.",
			settled(func(in *Input) { in.Database = nil }), 2},
		"UnknownSecret": {
			"A database whose password comes from elsewhere gets the generation that the claim asks for.",
			settled(func(in *Input) { in.Database.Generation, in.Asked = 0, 4 }),
			4,
		},
		"Due": {
			"It is old enough, and it is within the window.",
			settled(func(in *Input) { in.Schedule = in90 }),
			2,
		},
		"DueWhileHeld": {
			"Tasks that are not replaced would keep the old one.",
			settled(func(in *Input) { in.Schedule, in.Held = in90, true }),
			1,
		},
		"RaisedWhileHeld": {
			"The claim asks for it.",
			settled(func(in *Input) { in.Asked, in.Held = 2, true }),
			2,
		},
		"NotInDays": {
			"It is not old enough.",
			settled(func(in *Input) { in.Schedule, in.Recorded.ChangedAt = in90, spring.Add(time.Hour) }),
			1,
		},
		"NotInWindow": {"It is outside of the window.",
			settled(func(in *Input) { in.Schedule, in.Now = in90, monday }), 1},
		"NoSchedule": {
			"Zero days means never.",
			settled(func(in *Input) { in.Schedule = Schedule{Window: in90.Window} }),
			1,
		},
		"NoAge": {"Its age is not known.",
			settled(func(in *Input) { in.Schedule, in.Recorded.ChangedAt = in90, time.Time{} }), 1},
		"Application": {"Kasha must not change a password that AWS's application changes.",
			settled(func(in *Input) { in.Mode, in.Asked, in.Schedule = ByApplication, 5, in90 }), 1},
		"AfterApplication": {"Only AWS knows the last password that its application set, so a new one is needed.",
			settled(func(in *Input) { in.Recorded.ByApplication = true }), 2},
		"AfterApplicationAsked": {"The generation that the claim asks for is also new.",
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

// TestPublished: tasks get a new revision only after its credentials are in Secrets
// Manager.
func TestPublished(t *testing.T) {
	proxy := Revision{Generation: 1, Proxy: true}
	cases := map[string]struct {
		reason string
		in     Input
		want   Revision
		told   string
	}{
		"Nothing": {"Before there is a version, it is the wanted revision.", Input{Mode: Generated}, g1, ""},
		"AtRest":  {"A default claim's tasks get no revision.", settled(), g1, ""},
		"Coming": {
			"The proxy's address is not in the secret yet.",
			settled(func(in *Input) { in.ProxyAsked = true }),
			g1,
			"",
		},
		"There": {"The proxy's address is in the secret.", settled(func(in *Input) {
			in.ProxyAsked, in.Versions = true, []Version{with(g1, "aa"), with(proxy, "bb")}
		}), proxy, "proxy"},
		"Newest": {"The newest of several old revisions is current.", settled(func(in *Input) {
			in.Recorded.Generation, in.Database.Generation = 3, 3
			in.Versions = []Version{with(g2, "aa"), with(g1, "bb")}
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

// TestProxy: the proxy is deleted when the claim no longer asks for it and no workload can
// use its address any more.
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
		"Never":    {"The claim does not ask for one.", settled(), false},
		"Asked":    {"The claim asks for it.", settled(func(in *Input) { in.ProxyAsked = true }), true},
		"Left":     {"The workload runs without its address.", off(withoutIt), false},
		"Stays":    {"The workload runs with its address.", off(withIt), true},
		"OneOfTwo": {"One of two workloads still has its address.", off(withoutIt, withIt), true},
		"Moving":   {"A rollout is in progress.", off(Reader{Exists: true}), true},
		"NoTasks":  {"A workload without a service does not use it.", off(Reader{}), false},
		"Published": {"New tasks would still get its address.", settled(func(in *Input) {
			in.ProxyExists, in.Readers = true, []Reader{withoutIt}
			in.Versions = []Version{with(Revision{Generation: 1, Proxy: true}, "bb")}
		}), true},
		"ByRDS": {"A proxy cannot use the secret that RDS keeps.", settled(func(in *Input) {
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

// TestDigest: after AWS's application has changed the password, it is not known here, so
// the application's first version must never be written again.
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
		"Generated": {"The content determines the digest.", settled(), "", false},
		"Before":    {"The application has no version yet.", byApplication(with(g1, "aa")), "", false},
		"Handed": {
			"The application's first version keeps its digest.",
			byApplication(with(g1, "aa"), with(app, "cc")),
			"cc",
			true,
		},
		"Another": {
			"A later generation gets a new digest.",
			byApplication(with(Revision{Generation: 2, Application: true}, "dd")),
			"",
			true,
		},
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
		"NoDatabase": {"There is no database.", Input{Mode: Generated}, false},
		"First":      {"The database is created with the first password.", settled(), true},
		"Asked":      {"The database's spec still has the old one.", settled(func(in *Input) { in.Asked = 2 }), false},
		"Told": {"The connection details still have the old one.", settled(func(in *Input) {
			in.Recorded.Generation, in.Database = 2, &Database{Generation: 2, Ready: true, TakesOld: true}
		}), false},
		"Taken": {"The connection details have the new one.", settled(func(in *Input) {
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

// TestAvailable: tasks that find no credentials fail, and so does their first deployment.
func TestAvailable(t *testing.T) {
	cases := map[string]struct {
		reason string
		in     Input
		want   bool
	}{
		"Version": {"Secrets Manager has a version.", settled(), true},
		"NoVersion": {
			"Secrets Manager has no version.",
			settled(func(in *Input) { in.VersionReady = false }),
			false,
		},
		"ByRDS": {
			"RDS has created the secret once the database works.",
			settled(func(in *Input) { in.Mode, in.VersionReady = ByRDS, false }),
			true,
		},
		"ByRDSUnready": {
			"The database does not work yet.",
			settled(func(in *Input) { in.Mode, in.Database.Ready = ByRDS, false }),
			false,
		},
		"ByRDSNone": {
			"There is no database.",
			settled(func(in *Input) { in.Mode, in.Database = ByRDS, nil }),
			false,
		},
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
		"Same": {"The time of the last change stays.", settled(), Record{Generation: 1, ChangedAt: spring}},
		"New": {
			"A new password was changed now.",
			settled(func(in *Input) { in.Asked = 2 }),
			Record{Generation: 2, ChangedAt: sunday},
		},
		"NoTime": {"A render without a cluster has no time.", Input{Mode: Generated}, Record{Generation: 1}},
		"Begun": {"From now on AWS's application may have changed it.",
			settled(func(in *Input) { in.Mode, in.RotationBegun = ByApplication, true }),
			Record{Generation: 1, ChangedAt: spring, ByApplication: true}},
		"Remembered": {"This stays true until there is a new password.",
			settled(func(in *Input) { in.Mode, in.Recorded.ByApplication = ByApplication, true }),
			Record{Generation: 1, ChangedAt: spring, ByApplication: true}},
		"Over": {"There is a new password.",
			settled(func(in *Input) { in.Recorded.ByApplication = true }), Record{Generation: 2, ChangedAt: sunday}},
		"Unset": {"Before the rotation begins, the status does not say who changes it.",
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
		"Inside":    {"It is Sunday, within the window.", "2026-01-04T06:30:00Z", "sun:06:00-sun:07:00", true},
		"Begin":     {"The first minute is in the window.", "2026-01-04T06:00:00Z", "sun:06:00-sun:07:00", true},
		"End":       {"The end is not in the window.", "2026-01-04T07:00:00Z", "sun:06:00-sun:07:00", false},
		"OtherDay":  {"It is Monday.", "2026-01-05T06:30:00Z", "sun:06:00-sun:07:00", false},
		"OtherZone": {"The window is in UTC.", "2026-01-04T07:30:00+01:00", "sun:06:00-sun:07:00", true},
		"OverTheWeek": {
			"The window runs past the end of the week.",
			"2026-01-04T00:10:00Z",
			"sat:23:30-sun:00:30",
			true,
		},
		"NoWindow": {"What is not a window is never open.", "2026-01-04T06:30:00Z", "", false},
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
