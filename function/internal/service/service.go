// Package service is what runs the claim's images: a cluster, and for each image
// a repository, task definitions, an ECS service and its scaling.
package service

import (
	"maps"
	"strings"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/stack"
)

// A workload is one of the claim's services, and what sets it apart from the
// other.
type workload struct {
	v1alpha1.Service

	name              string
	port, cpu, memory int32
	subnets           v1alpha1.SubnetTier
	securityGroup     stack.Key
	listener          stack.Key
	// role is the suffix of the role that the containers have, if any.
	role string
	// env are the variables that Kasha sets.
	env map[string]string
	// gates are what the service waits for before its first task.
	gates []stack.Option
}

// ComposeFrontend is the service that viewers meet. Its containers have no role:
// they can do nothing in AWS.
func ComposeFrontend(s *stack.Stack) {
	f := s.Claim.Spec.Frontend
	composeWorkload(s, workload{
		Service: f.Service, name: "frontend", port: f.Port, cpu: f.CPU, memory: f.Memory,
		subnets: v1alpha1.SubnetFrontend, securityGroup: "sg-frontend", listener: stack.OriginRuleKey(s.HTTPS()),
		env: map[string]string{
			"AWS_REGION":  s.Region,
			"BACKEND_URL": "http://" + s.Await("alb-internal", "dnsName"),
		},
	})
}

// ComposeBackend is the service that has the data. Its first task waits for the
// credentials: without them it would die, and its first deployment with it.
func ComposeBackend(s *stack.Stack) {
	b := s.Claim.Spec.Backend
	composeWorkload(s, workload{
		Service: b.Service, name: "backend", port: b.Port, cpu: b.CPU, memory: b.Memory,
		subnets: v1alpha1.SubnetBackend, securityGroup: "sg-backend", listener: "listener-internal",
		role: stack.RoleTask,
		env:  backendEnv(s),
		gates: []stack.Option{
			stack.After("rolepolicy-task"),
			stack.When(hasCredentials(s), "the database credentials in Secrets Manager"),
		},
	})
}

func composeWorkload(s *stack.Stack, w workload) {
	repository(s, w.name)
	lifecycle(s, w.name)
	service(s, w, taskDefinition(s, w))
	scaling(s, w)
}

func backendEnv(s *stack.Stack) map[string]string {
	env := map[string]string{
		"AWS_REGION":    s.Region,
		"BUCKET":        s.Await("bucket-app", "id"),
		"DB_SECRET_ARN": s.SecretARN(),
	}
	maps.Copy(env, databaseEnv(s))
	for _, q := range s.Claim.Spec.Queues {
		env[queueVariable(q)] = s.Await(stack.QueueKey(q), "url")
	}
	return env
}

// databaseEnv makes other credentials another task definition, once they are in
// Secrets Manager, so that tasks which read them only when they start are
// replaced. Who changes the password behind AWS's back is not told of: nobody
// here knows when AWS's application does. What RDS keeps in a secret of its own
// is only a name and a password.
func databaseEnv(s *stack.Stack) map[string]string {
	if s.ManagedPassword() {
		return map[string]string{
			"DB_HOST": s.Await(stack.Primary, "address"),
			"DB_PORT": "3306",
			"DB_NAME": s.Claim.Spec.Database.Name,
		}
	}
	r := s.PublishedRevision()
	r.Application = false
	if r.String() == "" {
		return nil
	}
	return map[string]string{stack.RevisionVariable: r.String()}
}

// queueVariable is QUEUE_URL_IMAGE_JOBS for the queue image-jobs.
func queueVariable(q v1alpha1.Queue) string {
	return "QUEUE_URL_" + strings.ToUpper(strings.ReplaceAll(q.Name, "-", "_"))
}

// hasCredentials tells whether any version of the database's secret is there.
func hasCredentials(s *stack.Stack) bool {
	if s.ManagedPassword() {
		return s.Ready(stack.Primary)
	}
	found := false
	s.ObservedKeys(stack.SecretVersionPrefix, func(k stack.Key, _ stack.Observed) { found = found || s.Ready(k) })
	return found
}
