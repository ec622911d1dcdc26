package plan

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/credentials"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/stack"
	"github.com/kasha-platform/kasha/function/internal/stack/stacktest"
)

// everything is a claim that uses each binding.
func everything(s *v1alpha1.KashaClaimSpec) {
	s.Database.ReadReplicas, s.Database.InstanceClass = ptr.To(int32(1)), "db.t4g.medium"
	s.Queues = []v1alpha1.Queue{{Name: "image-jobs"}}
	s.Workers = []v1alpha1.Worker{{Name: "resizer", Queue: "image-jobs"}}
}

// TestGraphs: each graph shows what its title says, of each instance or queue. A graph of
// another statistic would hide the peak that somebody looks for.
func TestGraphs(t *testing.T) {
	type graph struct {
		statistic, metric string
		percent           bool
		lines             []string
	}
	const messages, age = "AWS/SQS ApproximateNumberOfMessagesVisible", "AWS/SQS ApproximateAgeOfOldestMessage"
	both, queues := []string{"db-primary", "db-replica-1"}, []string{"image-jobs"}
	want := map[string]graph{
		"Database: CPU, %":                {"Average", "AWS/RDS CPUUtilization", true, both},
		"Database: connections":           {"Maximum", "AWS/RDS DatabaseConnections", false, both},
		"Database: free storage, bytes":   {"Minimum", "AWS/RDS FreeStorageSpace", false, both},
		"Database: free memory, bytes":    {"Average", "AWS/RDS FreeableMemory", false, both},
		"Database: CPU credits":           {"Average", "AWS/RDS CPUCreditBalance", false, both},
		"Database: replica lag, seconds":  {"Maximum", "AWS/RDS ReplicaLag", false, both[1:]},
		"Queues: messages waiting":        {"Maximum", messages, false, queues},
		"Queues: oldest message, seconds": {"Maximum", age, false, queues},
		"Dead-letter queues: messages":    {"Maximum", messages, false, queues},
	}
	p := planOf(everything)
	// The value of each line's dimension, by its metric and label.
	ids := map[string]string{
		"db-primary": p.DatabaseID(keys.Primary), "db-replica-1": p.DatabaseID(keys.Replica(0)),
		"image-jobs": p.QueueName("image-jobs"),
	}
	got := map[string]graph{}
	for _, b := range p.Bindings {
		for _, g := range b.Graphs() {
			of := graph{statistic: g.Statistic, percent: g.Percent}
			for _, l := range g.Lines {
				of.metric, of.lines = l.Namespace+" "+l.Metric, append(of.lines, l.Label)
				id, dimension := ids[l.Label], "DBInstanceIdentifier"
				if l.Namespace == "AWS/SQS" {
					dimension = "QueueName"
				}
				if strings.HasPrefix(g.Title, "Dead-letter") {
					id = p.DeadLetterName(l.Label)
				}
				if !slices.Equal(l.Dimensions, []string{dimension, id}) {
					t.Errorf("%s: the line %s shows %v, want %s %s", g.Title, l.Label, l.Dimensions, dimension, id)
				}
			}
			got[g.Title] = of
		}
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(graph{})); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
}

// TestGraphsOfLittle: nothing is drawn that has no data.
func TestGraphsOfLittle(t *testing.T) {
	p := planOf(func(s *v1alpha1.KashaClaimSpec) { s.Database.InstanceClass = "db.r7g.large" })
	for _, b := range p.Bindings {
		for _, g := range b.Graphs() {
			for _, absent := range []string{"credits", "lag", "ueues"} {
				if strings.Contains(g.Title, absent) {
					t.Errorf("the claim has no data for the graph %q", g.Title)
				}
			}
		}
	}
}

// TestAlarmsOfBindings: an alarm says what to do, links to a section that exists, and rings
// at night only for what stops the application.
func TestAlarmsOfBindings(t *testing.T) {
	page, err := os.ReadFile("../../../docs/runbooks.md")
	if err != nil {
		t.Fatal(err)
	}
	critical := []string{"db-primary-storage", "db-primary-connections"}
	names := map[string]bool{}
	for _, b := range planOf(everything).Bindings {
		for _, a := range b.Alarms() {
			names[a.Name] = true
			if !strings.Contains(string(page), "\n## "+a.Runbook+"\n") {
				t.Errorf("%s links to the runbook %q, which has no section", a.Name, a.Runbook)
			}
			if a.Purpose == "" || a.Do == "" {
				t.Errorf("%s must say when it fires and what to do", a.Name)
			}
			if want := slices.Contains(critical, a.Name); a.Critical != want {
				t.Errorf("%s: critical is %v, want %v", a.Name, a.Critical, want)
			}
		}
	}
	for _, want := range []string{
		"db-primary-cpu", "db-primary-storage", "db-primary-connections", "db-primary-memory", "db-primary-credits",
		"db-replica-1-cpu", "db-replica-1-storage", "db-replica-1-lag", "dlq-image-jobs",
	} {
		if !names[want] {
			t.Errorf("the alarm %s is missing", want)
		}
	}
	if names["db-primary-lag"] {
		t.Error("a primary has no lag")
	}
}

// TestLogInWithoutPassword: the policy names each user on each instance, and exists only
// where the claim names users.
func TestLogInWithoutPassword(t *testing.T) {
	if got := (databaseBinding{p: planOf(everything)}).RolePolicies(); got != nil {
		t.Errorf("without users there is no policy, got %v", got)
	}
	users := func(s *v1alpha1.KashaClaimSpec) { s.Database.IAMUsers = []string{"report", "app"} }
	got := (databaseBinding{p: planOf(everything, users)}).RolePolicies()
	if len(got) != 1 || got[0].Key != keys.DatabaseUsersPolicy || len(got[0].Document) != 1 {
		t.Fatalf("want one policy with one statement, got %v", got)
	}
	st := got[0].Document[0]
	if !slices.Equal(st.Action, []string{"rds-db:connect"}) || len(st.Resource) != 4 {
		t.Errorf("want the connection of two users to two instances, got %v on %v", st.Action, st.Resource)
	}
	for i, user := range []string{"app", "report", "app", "report"} {
		if r := st.Resource[i]; !strings.HasSuffix(r, "/"+user) || !strings.Contains(r, ":rds-db:us-east-1:") {
			t.Errorf("resource %d is %s, want the user %s", i, r, user)
		}
	}
}

// withMode is the binding of a claim's database under one way of changing the password.
func withMode(mode credentials.Mode, change ...func(*v1alpha1.KashaClaimSpec)) databaseBinding {
	p := planOf(change...)
	p.Credentials.Mode = mode
	return databaseBinding{p: p}
}

// TestRotationHasAGroup: only AWS's rotation application runs in the network.
func TestRotationHasAGroup(t *testing.T) {
	endpoint := func(s *v1alpha1.KashaClaimSpec) {
		s.Network.Endpoints.Interface = []v1alpha1.InterfaceEndpoint{"secretsmanager"}
	}
	toDatabase := Path{keys.RotationGroup, keys.DatabaseGroup, 3306, "Password rotation to MySQL"}
	toAWS := Path{keys.RotationGroup, keys.Internet, 443, "Secrets Manager"}
	within := Path{keys.RotationGroup, keys.EndpointsGroup, 443, "Secrets Manager without NAT"}
	cases := map[string]struct {
		reason string
		b      databaseBinding
		groups []stack.Key
		paths  []Path
	}{
		"Generated": {"The provider changes the password.", withMode(credentials.Generated),
			[]stack.Key{keys.DatabaseGroup}, nil},
		"ByRDS": {"RDS changes the password.", withMode(credentials.ByRDS),
			[]stack.Key{keys.DatabaseGroup}, nil},
		"ByApplication": {"The application talks to MySQL and to Secrets Manager.",
			withMode(credentials.ByApplication),
			[]stack.Key{keys.DatabaseGroup, keys.RotationGroup}, []Path{toDatabase, toAWS}},
		"Endpoint": {"Within the network, Secrets Manager has an endpoint.",
			withMode(credentials.ByApplication, endpoint),
			[]stack.Key{keys.DatabaseGroup, keys.RotationGroup}, []Path{toDatabase, toAWS, within}},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var groups []stack.Key
			for _, g := range tc.b.Groups() {
				groups = append(groups, g.Key)
			}
			if diff := cmp.Diff(tc.groups, groups); diff != "" {
				t.Errorf("%s -want, +got:\n%s", tc.reason, diff)
			}
			if diff := cmp.Diff(tc.paths, tc.b.OwnPaths()); diff != "" {
				t.Errorf("%s -want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

// TestConnectionPool: the pool gets a group, a path to the database and a role that reads
// the secret, and workloads may connect to it.
func TestConnectionPool(t *testing.T) {
	b := databaseBinding{p: planOf()}
	for _, proxy := range []bool{false, true} {
		b.p.Credentials.Proxy = proxy
		grouped := slices.ContainsFunc(b.Groups(), func(g Group) bool { return g.Key == keys.ProxyGroup })
		path := slices.ContainsFunc(b.OwnPaths(), func(p Path) bool {
			return p.From == keys.ProxyGroup && p.To == keys.DatabaseGroup && p.Port == 3306
		})
		backend := Workload{Declared: Declared{Name: backend}, Group: "sg-backend"}
		reached := slices.ContainsFunc(b.Paths(backend), func(p Path) bool {
			return p.From == "sg-backend" && p.To == keys.ProxyGroup && p.Port == 3306
		})
		role := slices.ContainsFunc(b.Roles(), func(r ServiceRole) bool {
			return r.Principal == "rds.amazonaws.com" && len(r.Document) == 2
		})
		if grouped != proxy || path != proxy || reached != proxy || role != proxy {
			t.Errorf("proxy %v: group %v, path %v, reached %v, role %v", proxy, grouped, path, reached, role)
		}
	}
}

// TestGrantsOfBindings: what each binding lets the application do in AWS. The application
// never gets the right to delete a bucket or a queue, or to read a dead-letter queue.
func TestGrantsOfBindings(t *testing.T) {
	got := map[string][]string{}
	p := planOf(everything)
	for _, b := range p.Bindings {
		for _, st := range b.Grant().Statements {
			got[st.Sid] = st.Action
			if len(st.Resource) == 0 || slices.Contains(st.Resource, "*") {
				t.Errorf("%s is about %v, want resources of the claim", st.Sid, st.Resource)
			}
			for _, r := range st.Resource {
				if strings.Contains(r, p.DeadLetterName("image-jobs")) {
					t.Errorf("%s lets the application use the dead-letter queue", st.Sid)
				}
			}
		}
	}
	want := map[string][]string{
		"Objects": {"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
		"Bucket":  {"s3:ListBucket"},
		"Secret":  {"secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"},
		"Queues": {"sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl",
			"sqs:ReceiveMessage", "sqs:SendMessage"},
		"TaskProtection": {"ecs:GetTaskProtection", "ecs:UpdateTaskProtection"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want, +got:\n%s", diff)
	}
	for _, b := range planOf().Bindings {
		for _, st := range b.Grant().Statements {
			if st.Sid == "Queues" || st.Sid == "TaskProtection" {
				t.Errorf("%s: the claim has neither queues nor workers", st.Sid)
			}
		}
	}
}

// TestInternalURL: the frontend calls the backend over HTTP, because the internal load
// balancer has no certificate.
func TestInternalURL(t *testing.T) {
	b := workloadBinding{p: planOf(everything)}
	want := []Variable{{"BACKEND_URL", "http://" + stack.Await(keys.Balancer(InternalBalancer), "dnsName")}}
	if diff := cmp.Diff(want, b.Variables()); diff != "" {
		t.Errorf("a worker has no URL: -want, +got:\n%s", diff)
	}
}

// TestWhoUsesWhat: a workload for browsers has no data, and any other has all of it.
func TestWhoUsesWhat(t *testing.T) {
	p := planOf(everything)
	for name, data := range map[string]bool{"frontend": false, "backend": true, "worker-resizer": true} {
		w, ok := p.Workload(name)
		if !ok {
			t.Fatalf("there is no workload %s", name)
		}
		var database, queues, bucket, others bool
		for _, b := range w.Uses {
			switch b.(type) {
			case databaseBinding:
				database = true
			case queueBinding:
				queues = true
			case bucketBinding:
				bucket = true
			case workloadBinding:
				others = true
			}
		}
		if database != data || queues != data || bucket != data || others != (name == "frontend") {
			t.Errorf("%s: database %v, queues %v, bucket %v, other workloads %v",
				name, database, queues, bucket, others)
		}
	}
}

// gated is how many gates hold a workload back until its permissions exist.
func gated(w Workload) int { w.Uses = nil; return len(w.Gates()) }

// TestTasksWaitForPermissions: a task that starts before its role has the policy gets
// AccessDenied. A frontend without a role has nothing to wait for.
func TestTasksWaitForPermissions(t *testing.T) {
	if gated(Workload{Role: true}) != 1 || gated(Workload{}) != 0 {
		t.Error("a workload with a role waits for its policy, and no other does")
	}
}

// TestReaders: the database's password changes only while everything that always runs and
// reads it is settled. A scheduled run reads the secret each time that it starts.
func TestReaders(t *testing.T) {
	service := func(wanted, runs string) stacktest.Object {
		return stacktest.Object{
			"spec":   map[string]any{"forProvider": map[string]any{"taskDefinition": wanted}},
			"status": map[string]any{"atProvider": map[string]any{"taskDefinition": runs}},
		}
	}
	const one, two = "arn:aws:ecs:us-east-1:111122223333:task-definition/shop-backend:1",
		"arn:aws:ecs:us-east-1:111122223333:task-definition/shop-backend:2"
	c := &v1alpha1.KashaClaim{}
	c.Name, c.Namespace = "shop", "team"
	everything(&c.Spec)
	c.Spec.Schedules = []v1alpha1.Schedule{{Name: "nightly"}}
	s := stack.New(stack.Input{Claim: c, Observed: map[stack.Key]stack.Observed{
		keys.Service("frontend"): service(one, one),
		keys.Service("backend"):  service(two, one),
	}})
	declared := DeclaredIn(c)
	got := readers(s, declared, rollouts(s, declared))
	if len(got) != 2 {
		t.Fatalf("want the backend and the worker, got %v", got)
	}
	if !got[0].Exists || got[0].Settled {
		t.Errorf("the backend exists and still runs the older version, got %+v", got[0])
	}
	if got[1].Exists || got[1].Settled {
		t.Errorf("the worker has no service yet, got %+v", got[1])
	}
}
