package service

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	ecs "github.com/upbound/provider-aws/v2/apis/namespaced/ecs/v1beta1"
	lambda "github.com/upbound/provider-aws/v2/apis/namespaced/lambda/v1beta1"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/containers"
	"github.com/kasha-platform/kasha/function/internal/keys"
	"github.com/kasha-platform/kasha/function/internal/plan"
	"github.com/kasha-platform/kasha/function/internal/runner"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

const (
	// The smallest task that Fargate has.
	clientCPU       = 256
	clientMemoryMiB = 512
	// nobody is a user without rights in the container.
	nobody = "65534:65534"

	usersPurpose = "A call of the runner: it makes the database's users, once, and says how that ended."
)

// clientScript connects as the master user and says what is in SQL. It never makes the master
// user another one, and puts only letters and digits into a statement. What it says may be
// said again.
//
// There is no dollar sign before a brace in it: the provider would evaluate it.
const clientScript = `set -euo pipefail
for name in $NAMES; do
  if [ "$name" = "$ADMIN" ]; then
    echo "$name is the master user: give the user of database.users another name" >&2
    exit 64
  fi
done
case "$PASSWORD" in
'' | *[!A-Za-z0-9]*)
  echo "the password has other characters than letters and digits" >&2
  exit 65
  ;;
esac
printf "$SQL" "$PASSWORD" "$PASSWORD" |
  mysql --no-defaults --host="$DB_HOST" --port="$DB_PORT" --user="$ADMIN" --ssl-mode=REQUIRED --connect-timeout=30
`

// users asks the runner to make the database's users. Like a release, a call never changes,
// and an answer stays until there is a newer one that has succeeded.
func users(s *stack.Stack, p *plan.Plan) {
	u := p.Users
	if u == nil {
		return
	}
	today := client(s, p, u)
	asks := runner.Users{Release: runner.Release{
		Action: "users", ID: u.ID(), Series: keys.UsersClient, Cluster: s.ID, TaskDefinition: stack.ARN(today),
		Container: keys.UsersClient, SecurityGroups: []string{stack.Await(keys.WorkloadGroup("backend"), "id")},
		TimeoutSeconds: u.TimeoutSeconds,
	}, Connection: u.Connection}
	asks.Subnets = subnetIDs(p, v1alpha1.SubnetBackend)
	if u.Slot > 0 {
		asks.Secret, asks.Generation = stack.ARN(keys.UserSecret(u.Slot)), p.Credentials.Users.Wanted.Generation
	}
	observed := usersCalls(s)
	content, known := s.Known(stack.JSON(asks))
	if !known || u.Digest == "" {
		// Which calls are still needed cannot be told.
		keepUsers(s, observed)
		return
	}
	now := keys.UsersCall{Revision: u.Revision, Call: keys.Call{Release: u.Digest, Input: stack.Digest(content)}}
	last := observed.last(now.Call)
	if now.Round = max(1, last.Round); last.answer.Status == runner.Running {
		now.Round++
	}
	asks.Round = now.Round
	another := func(c call) bool { return c.Release != now.Release || c.Input != now.Input }
	busy := slices.ContainsFunc(observed, func(c call) bool { return c.underway && another(c) })
	keepUsers(s, slices.DeleteFunc(slices.Clone(observed), func(c call) bool {
		if !another(c) {
			return c.Round != last.Round
		}
		// What has succeeded is what says whose credentials the workloads get.
		return !c.underway && (last.answer.Status == runner.Succeeded || c.answer.Status != runner.Succeeded)
	}))
	ask(s, p, keys.Users(now), usersPurpose, asks, append(mayMakeUsers(s, p, u),
		stack.When(!busy, "the end of an earlier call about the database's users"))...)
}

// mayMakeUsers are the gates without which the call would fail.
func mayMakeUsers(s *stack.Stack, p *plan.Plan, u *plan.Users) []stack.Option {
	out := []stack.Option{
		stack.After(keys.ClusterCapacity, keys.RolePolicy(keys.Execution), keys.RolePolicy(keys.Runner),
			keys.LogGroup(keys.UsersClient)),
		stack.After(p.Database.Serving.Serves()...),
		stack.After(p.Network.Reach()...),
		stack.When(p.Credentials.Settled, "the master user's credentials in Secrets Manager"),
	}
	if u.Slot == 0 {
		return out
	}
	secret := keys.UserSecret(u.Slot)
	arn, _ := s.Known(stack.ARN(secret))
	allowed, _ := s.Status(keys.RolePolicy(keys.Runner), "policy")
	out = append(out, stack.When(strings.Contains(allowed, strconv.Quote(arn)),
		"the runner's permission to write "+s.ObjectName(secret)))
	if p.Credentials.Users.Wanted.Proxy {
		out = append(out, stack.When(listed(s, arn), s.ObjectName(keys.Proxy)+" to accept "+s.ObjectName(secret)))
	}
	return out
}

// listed tells whether AWS's proxy accepts the user of a secret.
func listed(s *stack.Stack, arn string) bool {
	o, _ := s.Observed(keys.Proxy)
	if o == nil {
		return false
	}
	v, _ := o.Lookup("status", "atProvider", "auth")
	auth, _ := v.([]any)
	return slices.ContainsFunc(auth, func(e any) bool {
		m, _ := e.(map[string]any)
		return m["secretArn"] == arn
	})
}

func usersCalls(s *stack.Stack) calls {
	var out calls
	s.ObservedKeys(keys.UsersCalls, func(k stack.Key, o stack.Observed) {
		if id, ok := keys.UsersCallOf(k); ok {
			answer, answered := runner.AnswerOf(o)
			out = append(out, call{Call: id.Call, key: k, answer: answer, underway: !answered && !runner.Refused(o)})
		}
	})
	slices.SortFunc(out, func(a, b call) int { return cmp.Compare(a.key, b.key) })
	return out
}

func keepUsers(s *stack.Stack, cs calls) {
	for _, c := range cs {
		s.KeepObserved(c.key, lambda.Invocation_GroupVersionKind, usersPurpose)
	}
}

// client adds the task definition of the task that makes the users, and returns its key, which
// is empty while a part of it is not known.
func client(s *stack.Stack, p *plan.Plan, u *plan.Users) stack.Key {
	w := plan.Workload{Declared: plan.Declared{
		Container: &v1alpha1.Container{}, Name: keys.UsersClient, Image: u.Image, Field: u.Field,
	}}
	c := content{
		Family: familyOf(s, w), CPU: strconv.Itoa(clientCPU), Memory: strconv.Itoa(clientMemoryMiB),
		Architecture:  s.Claim.Spec.Backend.Architecture,
		ExecutionRole: p.RoleARN(plan.RoleExecution),
		Overrides:     s.Overrides(keys.TaskDefinitions(w.Name)),
		Containers:    stack.JSON([]containers.Container{clientContainer(s, p, w, u)}),
	}
	key := keyOf(s, w, c)
	if key == "" {
		s.KeepAllObserved(keys.TaskDefinitions(w.Name), ecs.TaskDefinition_GroupVersionKind, purpose(w))
		return ""
	}
	register(s, w, key, c, stack.When(mayRead(s, p, u), "the permission to read the master user's credentials"))
	return key
}

func clientContainer(s *stack.Stack, p *plan.Plan, w plan.Workload, u *plan.Users) containers.Container {
	db := s.Claim.Spec.Database
	names := make([]string, 0, len(db.Users))
	for _, user := range sortedUsers(db.Users) {
		names = append(names, plan.MySQLUser(user, u.Slot))
	}
	own := []plan.Variable{
		{Name: "AWS_REGION", Value: s.Region},
		{Name: "DB_HOST", Value: p.Database.Serving.Host()},
		{Name: "DB_PORT", Value: strconv.Itoa(plan.MySQLPort)},
		{Name: "NAMES", Value: strings.Join(names, " ")},
		{Name: "SQL", Value: statements(db.Name, db.Users, u.Slot)},
	}
	master := p.MasterSecretARN()
	from := []containers.Secret{
		{Name: "ADMIN", ValueFrom: master + ":username::"},
		{Name: "MYSQL_PWD", ValueFrom: master + ":password::"},
	}
	if u.Slot > 0 {
		// The runner has just put this version there.
		pending := stack.ARN(keys.UserSecret(u.Slot)) + ":password:AWSPENDING:"
		from = append(from, containers.Secret{Name: "PASSWORD", ValueFrom: pending})
	} else {
		own = append(own, plan.Variable{Name: "PASSWORD", Value: "none"})
	}
	return containers.Container{
		Name: w.Name, Image: w.Image, User: nobody,
		EntryPoint: []string{"bash", "-c"}, Command: []string{clientScript},
		Essential: true, ReadonlyRootFilesystem: true,
		LinuxParameters: containers.LinuxParameters{
			InitProcessEnabled: true, Tmpfs: memory([]string{"/tmp"}, clientMemoryMiB),
		},
		PortMappings: []containers.PortMapping{}, MountPoints: []containers.MountPoint{},
		Environment: variables(nil, own), Secrets: from, LogConfiguration: logs(s, p, w),
	}
}

// mayRead tells whether ECS may read the secrets that the task gets.
func mayRead(s *stack.Stack, p *plan.Plan, u *plan.Users) bool {
	arns := []string{p.MasterSecretARN()}
	if u.Slot > 0 {
		arns = append(arns, stack.ARN(keys.UserSecret(u.Slot)))
	}
	return !slices.ContainsFunc(arns, func(token string) bool {
		arn, known := s.Known(token)
		return !known || !granted(s, arn)
	})
}

// Privileges that MySQL can grant on a schema, besides the one to grant them to others.
// https://dev.mysql.com/doc/refman/8.4/en/grant.html
var (
	readPrivileges  = []string{"SELECT", "SHOW VIEW"}
	writePrivileges = []string{"CREATE TEMPORARY TABLES", "DELETE", "EXECUTE", "INSERT", "LOCK TABLES", "UPDATE"}
	tablePrivileges = []string{
		"ALTER", "ALTER ROUTINE", "CREATE", "CREATE ROUTINE", "CREATE VIEW", "DROP", "EVENT", "INDEX", "REFERENCES",
		"TRIGGER",
	}
)

// privileges are those that a user gets on the schema, and those that it loses.
func privileges(of v1alpha1.DatabasePrivileges) (grants, revokes []string) {
	switch of {
	case v1alpha1.PrivilegesRead:
		return readPrivileges, slices.Concat(writePrivileges, tablePrivileges)
	case v1alpha1.PrivilegesReadWrite:
		return slices.Concat(readPrivileges, writePrivileges), tablePrivileges
	}
	return slices.Concat(readPrivileges, writePrivileges, tablePrivileges), nil
}

// statements make the users, in SQL that may be said again. It is a format of printf, with
// two places for the password. What a user has goes on working
// meanwhile: rights are granted first, and taken afterwards. The names are those that
// validation allows, and need no quotes; _ is a wildcard in the name of a schema.
// https://dev.mysql.com/doc/refman/8.4/en/create-user.html
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.DBAccounts.html
func statements(schema string, users []v1alpha1.DatabaseUser, slot int) string {
	var out strings.Builder
	on := " ON `" + strings.ReplaceAll(schema, "_", `\\_`) + "`.* "
	for _, u := range sortedUsers(users) {
		name := "'" + plan.MySQLUser(u, slot) + "'@'%%'"
		by := "WITH caching_sha2_password BY '%s'"
		if u.Access == v1alpha1.AccessIAM {
			by = "WITH AWSAuthenticationPlugin AS 'RDS'"
		}
		out.WriteString("CREATE USER IF NOT EXISTS " + name + " IDENTIFIED " + by + " REQUIRE SSL;\n")
		out.WriteString("ALTER USER " + name + " IDENTIFIED " + by + " REQUIRE SSL ACCOUNT UNLOCK;\n")
		grants, revokes := privileges(u.Privileges)
		out.WriteString("GRANT " + strings.Join(grants, ", ") + on + "TO " + name + ";\n")
		if len(revokes) > 0 {
			out.WriteString("REVOKE IF EXISTS " + strings.Join(revokes, ", ") + on + "FROM " + name + ";\n")
		}
	}
	return out.String()
}

// sortedUsers are the users by name: their order in the claim has no meaning.
func sortedUsers(users []v1alpha1.DatabaseUser) []v1alpha1.DatabaseUser {
	return slices.SortedFunc(slices.Values(users), func(a, b v1alpha1.DatabaseUser) int {
		return cmp.Compare(a.Name, b.Name)
	})
}
