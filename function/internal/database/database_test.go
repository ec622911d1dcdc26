package database

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
	"github.com/kasha-platform/kasha/function/internal/stackid"
)

// fake is an observed resource.
type fake struct {
	stacktest.Object

	connection map[string]string
}

func (f fake) Connection(name string) ([]byte, bool) {
	v, ok := f.connection[name]
	return []byte(v), ok
}

func atProvider(fields map[string]any) fake {
	return fake{Object: stacktest.Object{"status": map[string]any{"atProvider": fields}}}
}

func forProvider(fields map[string]any) fake {
	return fake{Object: stacktest.Object{"spec": map[string]any{"forProvider": fields}}}
}

type observed map[stack.Key]stack.Observed

func claim(change func(*v1alpha1.KashaClaimSpec)) *v1alpha1.KashaClaim {
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace, c.UID = "shop", "team", "5f0c1c2e-7a52-4b8e-9d7c-0123456789ab"
	c.CreationTimestamp = metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	c.Spec.Region = "us-east-1"
	c.Spec.AvailabilityZones = []string{"us-east-1a", "us-east-1b"}
	c.Spec.Network.CIDR = "10.0.0.0/16"
	c.Spec.DeletionProtection = ptr.To(true)
	c.Spec.Database = v1alpha1.Database{
		Name: "kasha", Version: "8.4", InstanceClass: "db.t4g.medium",
		StorageGiB: 20, MaxStorageGiB: 100, ReadReplicas: ptr.To(int32(1)),
	}
	if change != nil {
		change(&c.Spec)
	}
	return c
}

func newStack(t *testing.T, c *v1alpha1.KashaClaim, o observed) (*stack.Stack, *plan.Plan) {
	t.Helper()
	s := stack.New(
		stack.Input{Claim: c, ID: stackid.Legacy(c.Namespace, c.Name), Observed: o, Scheme: kinds.Scheme,
			Ready: func(k stack.Key) bool {
				_, ok := o[k]
				return ok
			}})
	return s, plan.New(s)
}

func TestParameters(t *testing.T) {
	own := []string{
		"require_secure_transport=1 immediate", "slow_query_log=1 immediate", "long_query_time=2 immediate",
		"general_log=0 immediate", "log_output=FILE immediate",
	}
	cases := map[string]struct {
		reason string
		params map[string]v1alpha1.ParameterValue
		want   []string
	}{
		"None": {reason: "Without parameters of the claim, the group has Kasha's own."},
		"Dynamic": {
			reason: "CREATE TRIGGER works soon after the claim allows it, because this parameter needs no restart.",
			params: map[string]v1alpha1.ParameterValue{"log_bin_trust_function_creators": "1"},
			want:   []string{"log_bin_trust_function_creators=1 immediate"},
		},
		"StaticAndUnknown": {
			reason: "AWS refuses to apply a static parameter immediately, so what may be static waits for a restart.",
			params: map[string]v1alpha1.ParameterValue{
				"sql_mode": "ANSI", "performance_schema": "1",
				"innodb_buffer_pool_size": "{DBInstanceClassMemory*3/4}",
			},
			want: []string{
				"innodb_buffer_pool_size={DBInstanceClassMemory*3/4} pending-reboot",
				"performance_schema=1 pending-reboot", "sql_mode=ANSI immediate",
			},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(func(s *v1alpha1.KashaClaimSpec) {
				s.Database.SlowQuerySeconds, s.Database.Parameters = 2, tc.params
			})
			s, _ := newStack(t, c, observed{})
			var got []string
			for _, p := range parameters(s) {
				got = append(got, *p.Name+"="+*p.Value+" "+*p.ApplyMethod)
			}
			if diff := cmp.Diff(slices.Concat(own, tc.want), got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestChangesWaitForTheWindow(t *testing.T) {
	cases := map[string]struct {
		reason string
		when   v1alpha1.ApplyChanges
		want   bool
	}{
		"Unset":       {"A claim of an older XRD has no value, and works as before.", "", true},
		"Immediately": {"The author need not wait for a week.", v1alpha1.ApplyImmediately, true},
		"Window": {
			"No instance may restart by day, neither the primary nor a replica.", v1alpha1.ApplyInMaintenanceWindow,
			false,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(func(s *v1alpha1.KashaClaimSpec) { s.Database.ApplyChanges = tc.when })
			s, p := newStack(t, c, observed{})
			for _, key := range []stack.Key{keys.Primary, keys.Replica(0)} {
				if got := *instance(s, p, key).ApplyImmediately; got != tc.want {
					t.Errorf("%s: applyImmediately of %s is %v, want %v", tc.reason, key, got, tc.want)
				}
			}
		})
	}
}

// TestWindowsAreStaggered: AWS never maintains two instances in one window, and replicas come
// before the primary, which keeps the claim's window.
func TestWindowsAreStaggered(t *testing.T) {
	cases := map[string]struct {
		reason string
		world  observed
		want   []string
	}{
		"New": {
			"The backup is from 3 to 4.", observed{},
			[]string{"sun:06:00-sun:07:00", "sun:05:00-sun:06:00", "sun:04:00-sun:05:00", "sun:02:00-sun:03:00"},
		},
		"OwnBackupWindow": {
			"RDS refuses a window that overlaps the one in which it backs the replica up.",
			observed{keys.Replica(0): atProvider(map[string]any{"backupWindow": "05:30-06:00"})},
			[]string{"sun:06:00-sun:07:00", "sun:04:30-sun:05:30", "sun:02:00-sun:03:00"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(func(s *v1alpha1.KashaClaimSpec) {
				s.Database.ReadReplicas = ptr.To(int32(len(tc.want) - 1)) //nolint:gosec // It is small.
				s.Database.MaintenanceWindow, s.Database.BackupWindow = "sun:06:00-sun:07:00", "03:00-04:00"
			})
			s, p := newStack(t, c, tc.world)
			got := []string{*instance(s, p, keys.Primary).MaintenanceWindow}
			for i := range p.Database.Replicas {
				got = append(got, replicaWindow(s, p, i))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s\nthe windows of the primary and its replicas: -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestDynamicParametersAreDocumented: users read in the page which parameters need a restart.
func TestDynamicParametersAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/compatibility.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "These take effect within minutes")
	list, _, _ = strings.Cut(list, ". Open connections")
	var got []string
	for i, name := range strings.Split(list, "`") {
		if i%2 == 1 {
			got = append(got, name)
		}
	}
	if diff := cmp.Diff(dynamic, got); diff != "" {
		t.Errorf("docs/compatibility.md lists other parameters\n-want, +got:\n%s", diff)
	}
}

func TestFinalSnapshotID(t *testing.T) {
	const prefix = "shop-9b4be5-db-primary-final-"
	cases := map[string]struct {
		reason  string
		created metav1.Time
		primary stack.Observed
		want    string
	}{
		"Unobserved": {
			reason:  "Before the primary exists, the name has the claim's creation time.",
			created: metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
			want:    prefix + "20260102030405-5f0c1c2e",
		},
		"Rendered": {
			reason: "A render without a cluster has no creation time.",
			want:   prefix + "00000000000000-5f0c1c2e",
		},
		"Observed": {
			reason:  "The name has the primary's creation time, so that a second primary has another name.",
			created: metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)),
			primary: fake{Object: stacktest.Object{
				"metadata": map[string]any{"creationTimestamp": "2026-02-03T04:05:06Z"},
			}},
			want: prefix + "20260203040506-5f0c1c2e",
		},
		"ObservedWithoutTime": {
			reason:  "A name that was chosen stays.",
			primary: forProvider(map[string]any{"finalSnapshotIdentifier": prefix + "20260203040506-5f0c1c2e"}),
			want:    prefix + "20260203040506-5f0c1c2e",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(nil)
			c.CreationTimestamp = tc.created
			o := observed{}
			if tc.primary != nil {
				o[keys.Primary] = tc.primary
			}
			if diff := cmp.Diff(tc.want, finalSnapshotOf(newStack(t, c, o))); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestFinalSnapshotIDLimits(t *testing.T) {
	c := claim(nil)
	c.Name = strings.Repeat("a-", 19) + "ab"
	got := finalSnapshotOf(newStack(t, c, nil))
	if len(got) > 255 || strings.Contains(got, "--") || strings.HasSuffix(got, "-") {
		t.Errorf("RDS would not take %q", got)
	}
}

func TestInsights(t *testing.T) {
	type want struct {
		Enabled   bool
		Retention *float64
		Key       bool
		EmptyKey  bool
	}
	on := want{Enabled: true, Retention: ptr.To(7.0), Key: true}
	cases := map[string]struct {
		reason  string
		class   string
		primary stack.Observed
		want    want
	}{
		"Medium":       {reason: "The class has Performance Insights.", class: "db.t4g.medium", want: on},
		"Large":        {reason: "Larger classes have Performance Insights.", class: "db.r7g.large", want: on},
		"T3Micro":      {reason: "AWS refuses Performance Insights.", class: "db.t3.micro", want: want{}},
		"T4gSmall":     {reason: "AWS refuses Performance Insights.", class: "db.t4g.small", want: want{}},
		"ReservedName": {reason: "Only whole class names count.", class: "db.t3.microscopic", want: on},
		"Growing": {
			reason:  "It is off until AWS has changed the class.",
			class:   "db.t4g.medium",
			primary: atProvider(map[string]any{"instanceClass": "db.t3.micro"}),
			want:    want{},
		},
		"Forgotten": {
			reason: "It stays off while AWS does not report the class.",
			class:  "db.t4g.medium",
			primary: stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
				"performanceInsightsEnabled": false,
			}}},
			want: want{},
		},
		"ForgottenWhileOn": {
			reason: "It stays on while AWS does not report the class.",
			class:  "db.t4g.medium",
			primary: stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
				"performanceInsightsEnabled": true,
			}}},
			want: on,
		},
		"Grown": {
			reason:  "AWS has changed the class.",
			class:   "db.t4g.medium",
			primary: atProvider(map[string]any{"instanceClass": "db.t4g.medium"}),
			want:    on,
		},
		"Shrinking": {
			reason:  "A request that turns it off may name neither a retention period nor a key.",
			class:   "db.t3.micro",
			primary: atProvider(map[string]any{"instanceClass": "db.t4g.medium", "performanceInsightsEnabled": true}),
			want:    want{Retention: ptr.To(0.0), EmptyKey: true},
		},
		"ShrinkingForgotten": {
			reason: "AWS does not report whether it is on, and it was.",
			class:  "db.t3.micro",
			primary: stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
				"performanceInsightsEnabled": true,
			}}},
			want: want{Retention: ptr.To(0.0), EmptyKey: true},
		},
		"ShrinkingForgottenAgain": {
			reason: "AWS does not report whether it is on, and it is being turned off.",
			class:  "db.t3.micro",
			primary: stacktest.Object{"spec": map[string]any{"forProvider": map[string]any{
				"performanceInsightsEnabled": false, "performanceInsightsKmsKeyId": "",
			}}},
			want: want{Retention: ptr.To(0.0), EmptyKey: true},
		},
		"Shrunk": {
			reason:  "It stays off.",
			class:   "db.t3.micro",
			primary: atProvider(map[string]any{"instanceClass": "db.t3.micro", "performanceInsightsEnabled": false}),
			want:    want{},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := observed{}
			if tc.primary != nil {
				o[keys.Primary] = tc.primary
			}
			s, p := newStack(t, claim(func(c *v1alpha1.KashaClaimSpec) { c.Database.InstanceClass = tc.class }), o)
			params := instance(s, p, keys.Primary)
			insights(s, keys.Primary, &params)
			key := params.PerformanceInsightsKMSKeyID
			got := want{
				Enabled:   *params.PerformanceInsightsEnabled,
				Retention: params.PerformanceInsightsRetentionPeriod,
				Key:       key != nil && *key == stack.ARN("key-data"),
				EmptyKey:  key != nil && *key == "",
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestReplicaZone(t *testing.T) {
	const key = stack.Key("db-replica-1")
	inA := atProvider(map[string]any{"availabilityZone": "us-east-1a"})
	inB := atProvider(map[string]any{"availabilityZone": "us-east-1b"})
	three := []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	cases := map[string]struct {
		reason   string
		zones    []string
		observed observed
		n        int
		want     string
	}{
		"OtherZone": {
			reason:   "The replica is in another zone than the primary.",
			observed: observed{keys.Primary: inA},
			want:     "us-east-1b",
		},
		"OtherZone2": {
			reason:   "The replica is in another zone than the primary.",
			observed: observed{keys.Primary: inB},
			want:     "us-east-1a",
		},
		"FirstOfThree": {
			reason:   "The first other zone.",
			zones:    three,
			observed: observed{keys.Primary: inA},
			want:     "us-east-1b",
		},
		"Spread": {
			reason:   "The second replica is in the second other zone.",
			zones:    three,
			observed: observed{keys.Primary: inA},
			n:        1,
			want:     "us-east-1c",
		},
		"Around": {
			reason:   "The third replica is in the first other zone again.",
			zones:    three,
			observed: observed{keys.Primary: inA},
			n:        2,
			want:     "us-east-1b",
		},
		"Failover": {
			reason:   "The primary has failed over into the replica's zone, and a replica cannot be moved.",
			observed: observed{keys.Primary: inB, key: forProvider(map[string]any{"availabilityZone": "us-east-1b"})},
			want:     "us-east-1b",
		},
		"SpecLost": {
			reason:   "The zone is where the replica is, not where a new one would be.",
			observed: observed{keys.Primary: inB, key: atProvider(map[string]any{"availabilityZone": "us-east-1b"})},
			want:     "us-east-1b",
		},
		"PrimaryBlank": {
			reason: "The zone stays while AWS does not report the primary's.",
			observed: observed{
				keys.Primary: atProvider(nil),
				key:          forProvider(map[string]any{"availabilityZone": "us-east-1b"}),
			},
			want: "us-east-1b",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c := claim(func(c *v1alpha1.KashaClaimSpec) {
				if tc.zones != nil {
					c.AvailabilityZones = tc.zones
				}
			})
			s, p := newStack(t, c, tc.observed)
			if diff := cmp.Diff(tc.want, replicaZone(s, p, key, tc.n)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

const (
	fakePassword = "not-a-p@ssword/&:%"
	fakeHost     = "shop-9b4be5-db-primary.abcdefghijkl.us-east-1.rds.amazonaws.com"
)

var fakeEndpoint = endpoint{instance: fakeHost, host: fakeHost, username: username, password: fakePassword}

// running is a cluster in which the primary exists and its password is known.
func running() observed {
	primary := atProvider(map[string]any{"status": "available", "availabilityZone": "us-east-1a"})
	primary.connection = map[string]string{"host": fakeHost, "attribute.password": fakePassword}
	return observed{
		"vpc":        atProvider(map[string]any{"ownerId": "111122223333"}),
		"key-data":   atProvider(map[string]any{"arn": "arn:aws:kms:us-east-1:111122223333:key/1"}),
		keys.Secret:  atProvider(nil),
		keys.Primary: primary,
	}
}

func TestSecretDocument(t *testing.T) {
	want := `{"engine":"mysql","host":"` + fakeHost + `","port":3306,` +
		`"username":"admin","password":"not-a-p@ssword/&:%",` +
		`"dbname":"kasha","dbInstanceIdentifier":"shop-9b4be5-db-primary",` +
		`"url":"mysql://admin:not-a-p%40ssword%2F&%3A%25@` + fakeHost + `:3306/kasha",` +
		`"readerHost":"shop-9b4be5-db-replica-1.abcdefghijkl.us-east-1.rds.amazonaws.com"}`
	s, p := newStack(t, claim(nil), nil)
	got := string(written(s, p, fakeEndpoint, ""))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("The backend parses this\n-want, +got:\n%s", diff)
	}
}

// TestClientsGetThisURL: make clients-test connects with a URL that is written in its script. It
// is the one that the secret would have for the same password.
func TestClientsGetThisURL(t *testing.T) {
	script, err := os.ReadFile("../../../test/clients/run")
	if err != nil {
		t.Fatal(err)
	}
	password := regexp.MustCompile(`'admin'@'%' IDENTIFIED BY '(.+)';`).FindSubmatch(script)
	given := regexp.MustCompile(`DATABASE_URL="(.+?)"`).FindSubmatch(script)
	if password == nil || given == nil {
		t.Fatal("the script has no password or no URL")
	}
	e := fakeEndpoint
	e.host, e.password = "localhost", string(password[1])
	s, p := newStack(t, claim(nil), nil)
	var secret document
	if err := json.Unmarshal(written(s, p, e, ""), &secret); err != nil {
		t.Fatal(err)
	}
	if got := strings.Replace(string(given[1]), "$port", "3306", 1); got != secret.URL {
		t.Errorf("clients are tested with %s, and the secret has %s", got, secret.URL)
	}
}

// TestURLHasNoOptions: an option of one client's own breaks the others. PyMySQL raises a
// TypeError, and mysql2 ignores it: https://github.com/sqlalchemy/sqlalchemy/issues/5692.
func TestURLHasNoOptions(t *testing.T) {
	const former = "ssl-mode=VERIFY_IDENTITY"
	secret := func(url string) stack.Observed {
		b, err := json.Marshal(document{URL: url})
		if err != nil {
			t.Fatal(err)
		}
		text := base64.StdEncoding.EncodeToString(b)
		return fake{Object: stacktest.Object{"data": map[string]any{credentials.Field: text}}}
	}
	cases := map[string]struct {
		reason string
		secret stack.Observed
		want   string
	}{
		"New":   {reason: "The server requires TLS, so the url does not have to.", want: ""},
		"Plain": {reason: "Nothing adds an option later.", secret: secret("mysql://admin:x@db:3306/kasha"), want: ""},
		"Former": {
			reason: "AWS cannot change a version of a secret: the provider refuses the difference at every attempt.",
			secret: secret("mysql://admin:x@db:3306/kasha?" + former),
			want:   former,
		},
		"Unreadable": {
			reason: "Somebody has overwritten the Secret.",
			secret: fake{Object: stacktest.Object{"data": map[string]any{credentials.Field: "?"}}},
			want:   "",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			first := credentials.Revision{Generation: 1}
			s, p := newStack(t, claim(nil), nil)
			o := running()
			if tc.secret != nil {
				o[first.Key(keys.ConnectionPrefix, connectionDigest(s, p, first))] = tc.secret
			}
			s, p = newStack(t, claim(nil), o)
			s.Tier(0, v1alpha1.ConditionDatabase)
			Compose(s, p)
			if got := connectionURL(t, s); got.RawQuery != tc.want || got.Host != fakeHost+":3306" {
				t.Errorf("\n%s\nwant the query %q, got %q", tc.reason, tc.want, got.RawQuery)
			}
		})
	}
}

// connectionURL is the url in the Secret that the claim composes.
func connectionURL(t *testing.T, s *stack.Stack) *url.URL {
	t.Helper()
	resources, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range resources {
		data, _ := r.Object["data"].(map[string]any)
		text, _ := data[credentials.Field].(string)
		raw, _ := base64.StdEncoding.DecodeString(text)
		var d document
		if json.Unmarshal(raw, &d) == nil {
			u, err := url.Parse(d.URL)
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
	}
	t.Fatal("no Secret holds the connection")
	return nil
}

func TestSecretDocumentWithoutReplica(t *testing.T) {
	s, p := newStack(t, claim(func(c *v1alpha1.KashaClaimSpec) { c.Database.ReadReplicas = ptr.To(int32(0)) }), nil)
	if got := string(written(s, p, fakeEndpoint, "")); strings.Contains(got, "readerHost") {
		t.Errorf("there is no reader, and %s names one", got)
	}
}

func TestPasswordStaysInSecret(t *testing.T) {
	s, p := newStack(t, claim(nil), running())
	s.Tier(0, v1alpha1.ConditionDatabase)
	Compose(s, p)
	resources, err := s.Resources()
	if err != nil {
		t.Fatal(err)
	}
	carriers := 0
	for _, r := range resources {
		if data, ok := r.Object["data"].(map[string]any); ok {
			carriers++
			text, _ := data[credentials.Field].(string)
			if raw, _ := base64.StdEncoding.DecodeString(text); !strings.Contains(string(raw), fakePassword) {
				t.Errorf("the Secret does not carry the password")
			}
			delete(r.Object, "data")
		}
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"not-a-p", base64.StdEncoding.EncodeToString([]byte(fakePassword))} {
			if strings.Contains(string(b), secret) {
				t.Errorf("the password is in %s", r.Key)
			}
		}
	}
	if carriers != 1 {
		t.Errorf("want one Secret that carries the password, got %d", carriers)
	}
}

func TestSecretString(t *testing.T) {
	kept := fake{Object: stacktest.Object{"data": map[string]any{credentials.Field: "a2VwdA=="}}}
	quiet := running()
	quiet[keys.Primary] = atProvider(map[string]any{"status": "available"})
	s, p := newStack(t, claim(nil), nil)
	key := stack.Key("connection-" + connectionDigest(s, p, credentials.Revision{Generation: 1}))

	cases := map[string]struct {
		reason   string
		observed observed
		secret   stack.Observed
		want     string
		known    bool
	}{
		"Unknown": {reason: "There is no connection yet.", observed: observed{}},
		"Quiet": {
			reason:   "The provider reports nothing, so the Secret keeps its content.",
			observed: quiet,
			secret:   kept,
			want:     "a2VwdA==",
			known:    true,
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if tc.secret != nil {
				tc.observed[key] = tc.secret
			}
			s, p := newStack(t, claim(nil), tc.observed)
			got, known := secretString(s, p, key)
			if diff := cmp.Diff(tc.want, got); diff != "" || known != tc.known {
				t.Errorf("\n%s\nknown %t\n-want, +got:\n%s", tc.reason, known, diff)
			}
		})
	}
}

func TestStriping(t *testing.T) {
	cases := map[string]struct {
		reason  string
		asked   int64
		primary stack.Observed
		want    *float64
	}{
		"Small": {reason: "AWS refuses IOPS for a small volume.", asked: 20},
		"Large": {reason: "A large volume has four times as many.", asked: 400, want: ptr.To(12000.0)},
		"Grown": {
			reason:  "AWS has grown the volume.",
			asked:   20,
			primary: atProvider(map[string]any{"allocatedStorage": 440.0}),
			want:    ptr.To(12000.0),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := observed{}
			if tc.primary != nil {
				o[keys.Primary] = tc.primary
			}
			s, p := newStack(t, claim(nil), o)
			params := instance(s, p, keys.Primary)
			striping(s, keys.Primary, float64(tc.asked), &params)
			if diff := cmp.Diff(tc.want, params.Iops); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestGrown(t *testing.T) {
	const key = stack.Key("db-replica-1")
	cases := map[string]struct {
		reason  string
		replica stack.Observed
		want    *float64
	}{
		"Unobserved": {
			reason: "RDS chooses the storage of a replica that it makes, and refuses less than the primary has.",
		},
		"Creating": {
			reason:  "The object exists, but AWS has not created the replica yet.",
			replica: atProvider(map[string]any{"status": "creating"}),
		},
		"Behind": {
			reason:  "Storage that is raised for the primary is raised for the replica.",
			replica: atProvider(map[string]any{"allocatedStorage": 20.0}),
			want:    ptr.To(200.0),
		},
		"GrownByAWS": {
			reason:  "Storage never shrinks.",
			replica: atProvider(map[string]any{"allocatedStorage": 300.0}),
			want:    ptr.To(300.0),
		},
		"Flapping": {
			reason:  "The size stays while AWS does not report it.",
			replica: forProvider(map[string]any{"allocatedStorage": 300.0}),
			want:    ptr.To(300.0),
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			o := observed{}
			if tc.replica != nil {
				o[key] = tc.replica
			}
			s, _ := newStack(t, claim(func(spec *v1alpha1.KashaClaimSpec) { spec.Database.StorageGiB = 200 }), o)
			if diff := cmp.Diff(tc.want, grown(s, key)); diff != "" {
				t.Errorf("\n%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func finalSnapshotOf(s *stack.Stack, p *plan.Plan) string { return finalSnapshotID(s, p, keys.Primary) }
