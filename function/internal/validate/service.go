package validate

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/kasha-platform/kasha/apis/v1alpha1"
	"github.com/kasha-platform/kasha/function/internal/plan"
)

// image matches a reference as container runtimes parse it:
// https://github.com/distribution/reference/blob/main/reference.go. A CEL rule in the
// schema has the same expression.
var image = regexp.MustCompile(`^` +
	// registry
	`(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:[.][a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?/)?` +
	// repository
	`[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*)*` +
	// tag and digest
	`(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`)

// ImagesAreReferences requires images that a container runtime can parse.
func ImagesAreReferences(p *plan.Plan) []error {
	var errs []error
	for _, c := range p.Parts() {
		if !image.MatchString(c.Image) {
			errs = append(errs, refuse(c.Field+".image", "cannot use %q: it is not an image reference; "+
				"write registry/repository:tag or registry/repository@sha256:digest, the repository in lower case",
				c.Image))
		}
	}
	return errs
}

// memorySizes are the memory sizes, in MiB, that Fargate has for a number of CPU units:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
var memorySizes = map[int32]struct{ from, to, step int32 }{
	256:   {512, 2048, 0}, // 512, 1024 and 2048
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

// SizesFitFargate requires a pair of CPU and memory that Fargate supports.
func SizesFitFargate(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Containers() {
		m, ok := memorySizes[s.CPU]
		switch {
		case !ok:
			errs = append(errs, refuse(s.Field+".cpu", "cannot run with cpu %d: Fargate has no such size; "+
				"use 256, 512, 1024, 2048, 4096, 8192 or 16384", s.CPU))
		case m.step == 0 && !slices.Contains([]int32{512, 1024, 2048}, s.Memory):
			errs = append(errs, refuse(s.Field+".memory", "cannot run with memory %d: "+
				"Fargate has no such size for cpu %d; use 512, 1024 or 2048", s.Memory, s.CPU))
		case m.step != 0 && (s.Memory < m.from || s.Memory > m.to || s.Memory%m.step != 0):
			errs = append(errs, refuse(s.Field+".memory", "cannot run with memory %d: "+
				"Fargate has no such size for cpu %d; use %d to %d in steps of %d",
				s.Memory, s.CPU, m.from, m.to, m.step))
		}
	}
	return errs
}

// ScalingHasRoom requires a minimum of at least one task and a maximum that is not below
// the minimum.
func ScalingHasRoom(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Workloads {
		lo, hi := s.Scaling.Min, s.Scaling.Max
		switch {
		case s.Served() && (lo < 1 || lo > hi):
			errs = append(errs, refuse(s.Field+".scaling.min", "cannot scale from %d to %d: "+
				"min must be at least 1 and at most max; lower min or raise max", lo, hi))
		case lo < 0 || lo > hi:
			errs = append(errs, refuse(s.Field+".scaling.min", "cannot scale from %d to %d: "+
				"min must be at most max; lower min or raise max", lo, hi))
		case lo == 0 && s.Queue == "":
			errs = append(errs, refuse(s.Field+".scaling.min", "cannot scale to no tasks without a queue: "+
				"nothing would start the first task again; set queue, or raise min to 1"))
		}
	}
	return errs
}

// Bounds of the use of memory that scaling aims at, in percent.
const minMemoryTarget, maxMemoryTarget = 10, 95

// MemoryTargetsAreUses requires a use of memory that tasks can have, or none.
func MemoryTargetsAreUses(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Workloads {
		if v := s.Scaling.Memory; v != 0 && (v < minMemoryTarget || v > maxMemoryTarget) {
			errs = append(errs,
				refuse(s.Field+".scaling.memory", "cannot scale at %d percent of memory: below 10 percent every "+
					"task adds another; write 10 to 95, or 0 to scale by cpu alone", v))
		}
	}
	return errs
}

// HealthChecksAreInTime requires a check to end before the next one begins.
func HealthChecksAreInTime(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Served() {
		if h := s.HealthCheck; h.TimeoutSeconds >= h.IntervalSeconds {
			errs = append(errs, refuse(s.Field+".healthCheck.timeoutSeconds",
				"cannot wait %d seconds for a check every %d seconds: a check must end before the next begins; "+
					"lower timeoutSeconds or raise intervalSeconds", h.TimeoutSeconds, h.IntervalSeconds))
		}
	}
	return errs
}

// successCodes are codes and ranges of codes that a load balancer accepts.
var successCodes = regexp.MustCompile(`^[2-4][0-9]{2}(-[2-4][0-9]{2})?(,[2-4][0-9]{2}(-[2-4][0-9]{2})?)*$`)

// SuccessCodesAreCodes requires status codes that a load balancer can check for.
func SuccessCodesAreCodes(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Served() {
		field, codes := s.Field+".healthCheck.successCodes", s.HealthCheck.SuccessCodes
		switch {
		case !successCodes.MatchString(codes):
			errs = append(errs, refuse(field,
				"cannot use %q: the load balancer takes codes from 200 to 499; write for example 200-399,401", codes))
		case slices.ContainsFunc(strings.Split(codes, ","), isReversed):
			errs = append(errs, refuse(field, "cannot use %q: a range goes from the lower code to the higher one; "+
				"write for example 200-399", codes))
		}
	}
	return errs
}

// isReversed tells whether a range of codes ends before it begins. All codes have three
// digits.
func isReversed(codes string) bool {
	from, to, isRange := strings.Cut(codes, "-")
	return isRange && from > to
}

// IdleTimeoutsOutlast requires the frontend's load balancer to wait longer than CloudFront.
func IdleTimeoutsOutlast(p *plan.Plan) []error {
	e := p.Claim.Spec.Edge
	longest := max(e.OriginReadTimeoutSeconds, e.OriginKeepAliveSeconds)
	v := p.Claim.Spec.Frontend.IdleTimeoutSeconds
	if v == nil || *v > longest {
		return nil
	}
	return one("spec.frontend.idleTimeoutSeconds",
		"cannot close silent connections after %d seconds: CloudFront waits "+
			"for an answer, or keeps the connection, for %d; write at least %d, or lower "+
			"edge.originReadTimeoutSeconds and "+
			"edge.originKeepAliveSeconds", *v, longest, longest+1)
}

// taken tells whether Kasha or AWS sets an environment variable of a container.
func taken(p *plan.Plan, c plan.WorkloadPart, env string) bool {
	sets := func(v plan.Variable) bool { return v.Name == env }
	own := slices.Concat(c.Of.Variables(p.Claim.Spec.Region), c.Of.Late())
	return !c.Beside && slices.ContainsFunc(own, sets) || reservedByAWS(env)
}

// reservedByAWS tells whether ECS sets the variable or the AWS SDKs read it. Some of
// these variables would disable the task role.
func reservedByAWS(env string) bool {
	return strings.HasPrefix(env, "AWS_") || strings.HasPrefix(env, "ECS_")
}

var envName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// EnvIsTheUsers requires variable names that a shell accepts and that neither Kasha nor
// AWS sets.
func EnvIsTheUsers(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Parts() {
		for _, name := range slices.Sorted(maps.Keys(s.Env)) {
			switch {
			case !envName.MatchString(name):
				errs = append(errs, refuse(s.Field+".env", "cannot use the variable %q: "+
					"a name has only letters, digits and underscores and does not begin with a digit; "+
					"rename it", name))
			case taken(p, s, name):
				errs = append(errs, refuse(s.Field+".env", "cannot set the variable %q: Kasha or AWS sets it; "+
					"remove it or choose another name", name))
			}
		}
	}
	return errs
}

// SecretsAreReadable requires the same of variables from Secrets Manager and the Parameter
// Store. Each must have one source, and that must be in the claim's region: tasks use the
// endpoints of that region, and must start when another region is down.
func SecretsAreReadable(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Parts() {
		field := s.Field + ".secrets"
		for _, name := range slices.Sorted(maps.Keys(s.Secrets)) {
			_, plain := s.Env[name]
			switch {
			case !envName.MatchString(name):
				errs = append(errs, refuse(field, "cannot use the variable %q: a name has only letters, digits and "+
					"underscores and does not begin with a digit; rename it", name))
			case taken(p, s, name):
				errs = append(errs, refuse(field, "cannot set the variable %q: Kasha or AWS sets it; "+
					"remove it or choose another name", name))
			case plain:
				errs = append(errs, refuse(field, "cannot set the variable %q: env sets it too, and ECS accepts each "+
					"name only once; remove it from env or from secrets", name))
			default:
				errs = append(errs, valueSource(field+"["+name+"]", s.Secrets[name], p.Claim.Spec.Region)...)
			}
		}
	}
	return append(errs, secretsFitPolicy(p)...)
}

// valueSource checks where a variable's value comes from.
func valueSource(field string, v v1alpha1.SecretValue, region string) []error {
	var errs []error
	if v.Key != "" && v.SecretARN == "" {
		errs = append(errs, refuse(field+".key", "cannot look for a key in a parameter: ECS takes its whole value; "+
			"remove key, or put the value into a parameter of its own"))
	}
	switch secret, parameter := v.SecretARN, v.ParameterARN; {
	case (secret == "") == (parameter == ""):
		return append(errs, refuse(field, "cannot tell where the value is: a variable has one source; "+
			"set either secretARN or parameterARN"))
	case secret != "":
		at := secretARN.FindStringSubmatch(secret)
		if at == nil {
			return append(errs, refuse(field+".secretARN", "cannot use %q: it is not the full ARN of a "+
				"secret; write the ARN that aws secretsmanager describe-secret shows, with the six characters at "+
				"its end, and the name of a JSON key into key", secret))
		}
		if at[1] != region {
			return append(errs, refuse(field+".secretARN", "cannot read a secret in %s: "+
				"the tasks run in %s and would depend on both regions; "+
				"replicate the secret to %s and write the replica's ARN", at[1], region, region))
		}
	default:
		at := parameterARN.FindStringSubmatch(parameter)
		if at == nil {
			return append(errs, refuse(field+".parameterARN", "cannot use %q: it is not the full ARN of a "+
				"parameter; write the ARN that aws ssm get-parameter shows, for example "+
				"arn:aws:ssm:us-east-1:111122223333:parameter/shop/token", parameter))
		}
		if at[1] != region {
			return append(errs, refuse(field+".parameterARN", "cannot read a parameter in %s: "+
				"the tasks run in %s and would depend on both regions; "+
				"make the parameter in %s and write its ARN", at[1], region, region))
		}
	}
	return errs
}

// maxSecretBytes is the maximum total length of the ARNs of secrets and parameters. It leaves room for the
// rest of the execution role's policy, which names each of them twice and has at most
// 10,240 characters:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxSecretBytes = 4000

func secretsFitPolicy(p *plan.Plan) []error {
	arns := map[string]bool{}
	size := 0
	for _, s := range p.Parts() {
		for _, v := range s.Secrets {
			if arn := cmp.Or(v.SecretARN, v.ParameterARN); !arns[arn] {
				arns[arn] = true
				size += len(arn)
			}
		}
	}
	if size > maxSecretBytes {
		return one("spec.backend.secrets", "cannot read %d different secrets: "+
			"their ARNs have %d characters, and the policy that allows reading them has room for %d; "+
			"put several values into one secret and select each with key", len(arns), size, maxSecretBytes)
	}
	return nil
}

var secretARN = regexp.MustCompile(`^arn:aws:secretsmanager:([a-z0-9-]+):[0-9]{12}:` +
	`secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}$`)

// parameterARN is stricter than the schema, whose rules may only cost so much.
var parameterARN = regexp.MustCompile(`^arn:aws:ssm:([a-z0-9-]+):[0-9]{12}:` +
	`parameter/[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*$`)

// maxEnvBytes is the maximum total size of the variables. It leaves room for the rest of
// a task definition, which has at most 64 KiB:
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html
const maxEnvBytes = 48 << 10

// EnvFitsTaskDefinition requires the variables to fit into a task definition.
func EnvFitsTaskDefinition(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Containers() {
		size := 0
		for _, c := range s.Parts() {
			for name, value := range c.Env {
				size += len(name) + len(value)
			}
			for name, v := range c.Secrets {
				size += len(name) + len(v.SecretARN) + len(v.ParameterARN) + len(v.Key)
			}
		}
		if size > maxEnvBytes {
			errs = append(errs, refuse(s.Field+".env", "cannot set %d bytes of variables: "+
				"an ECS task definition has at most 64 KiB; use at most %d bytes, and put larger data into the image "+
				"or the bucket", size, maxEnvBytes))
		}
	}
	return errs
}

var writablePath = regexp.MustCompile(`^(/[A-Za-z0-9._-]+)+$`)

// systemPaths are the directories that a container needs to start.
var systemPaths = []string{"/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sbin", "/sys", "/usr"}

// WritablePathsAreApart requires directories that an empty volume may hide, and rejects
// a directory inside another: it would be undefined which volume hides the other.
func WritablePathsAreApart(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Containers() {
		var before []string
		for _, list := range []struct {
			field string
			paths []string
		}{{s.Field + ".writablePaths", s.WritablePaths}, {s.Field + ".diskPaths", s.DiskPaths}} {
			for _, path := range list.paths {
				errs = append(errs, volumePath(list.field, path, before)...)
				before = append(before, path)
			}
		}
		errs = append(errs, sidePaths(s)...)
	}
	return errs
}

// sidePaths checks the paths of the containers beside the application's.
func sidePaths(w plan.Workload) []error {
	var errs []error
	for _, c := range w.Sides() {
		var before []string
		if c.ShareDiskPaths {
			before = append(before, w.DiskPaths...)
			if len(w.DiskPaths) == 0 {
				errs = append(errs, refuse(c.Field+".shareDiskPaths", "cannot share disk paths: the workload has "+
					"none; list them in %s.diskPaths, or remove shareDiskPaths", w.Field))
			}
		}
		for _, path := range c.WritablePaths {
			errs = append(errs, volumePath(c.Field+".writablePaths", path, before)...)
			before = append(before, path)
		}
	}
	return errs
}

// volumePath checks one path of a field, and that it is apart from those before it.
func volumePath(field, p string, before []string) []error {
	var errs []error
	switch {
	case !writablePath.MatchString(p), path.Clean(p) != p:
		errs = append(errs, refuse(field, "cannot make %q writable: it is not the absolute path of a "+
			"directory below the root; write for example /tmp", p))
	case slices.Contains(systemPaths, p):
		errs = append(errs, refuse(field, "cannot make %q writable: an empty volume would hide what the "+
			"container needs to start; choose a directory inside it", p))
	}
	for _, q := range before {
		switch {
		case p == q:
			errs = append(errs, refuse(field, "cannot make %q writable twice: a directory has one volume; "+
				"list each path once", p))
		case inside(p, q), inside(q, p):
			errs = append(errs, refuse(field, "cannot make both %q and %q writable: one is inside the other; "+
				"keep the outer one", q, p))
		}
	}
	return errs
}

// SlowStartsAreOffered requires a slow start that the load balancer has.
func SlowStartsAreOffered(p *plan.Plan) []error {
	const least, most = 30, 900
	var errs []error
	for _, s := range p.Served() {
		if n := s.SlowStartSeconds; n != 0 && (n < least || n > most) {
			errs = append(errs, refuse(s.Field+".slowStartSeconds", "cannot start over %d seconds: the load balancer "+
				"takes 0, which is off, or %d to %d seconds; write 0 or at least %d", n, least, most, least))
		}
	}
	return errs
}

// bounded are the fields that AWS bounds, where the schema has the same bounds.
var bounded = []struct {
	field       string
	value       func(plan.Workload) *int32
	least, most int32
}{
	{"stopSeconds", func(w plan.Workload) *int32 { return w.StopSeconds }, 2, 120},
	{"ephemeralGiB", func(w plan.Workload) *int32 { return w.EphemeralGiB }, 20, 200},
	{"openFiles", func(w plan.Workload) *int32 { return w.OpenFiles }, 1024, 1048576},
	{"deployment.minHealthyPercent", func(w plan.Workload) *int32 { return w.Deployment.MinHealthyPercent }, 0, 100},
	{"deployment.maxPercent", func(w plan.Workload) *int32 { return w.Deployment.MaxPercent }, 101, 200},
	{"scaling.requestsPerTask", func(w plan.Workload) *int32 { return w.Scaling.RequestsPerTask }, 1, 1000000},
	{"scaling.scaleOutSeconds", func(w plan.Workload) *int32 { return w.Scaling.ScaleOutSeconds }, 0, 3600},
	{"scaling.scaleInSeconds", func(w plan.Workload) *int32 { return w.Scaling.ScaleInSeconds }, 0, 3600},
	{"containerHealthCheck.intervalSeconds", checked(func(h *hc) *int32 { return h.IntervalSeconds }), 5, 300},
	{"containerHealthCheck.timeoutSeconds", checked(func(h *hc) *int32 { return h.TimeoutSeconds }), 2, 60},
	{"containerHealthCheck.retries", checked(func(h *hc) *int32 { return h.Retries }), 1, 10},
	{"containerHealthCheck.startSeconds", checked(func(h *hc) *int32 { return h.StartSeconds }), 0, 300},
}

// DeploymentsCanBegin requires percentages that let ECS start one task more than scaling.min,
// or stop one. ECS rounds against both. What is possible at scaling.min is possible with more
// tasks.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
func DeploymentsCanBegin(p *plan.Plan) []error {
	const whole, twice = 100, 200
	var errs []error
	for _, s := range p.Workloads {
		most, least := ptr.Deref(s.Deployment.MaxPercent, twice), ptr.Deref(s.Deployment.MinHealthyPercent, whole)
		if n := s.Scaling.Min; n > 0 && n*(most-whole) < whole && n*(whole-least) < whole {
			errs = append(errs, refuse(s.Field+".deployment", "cannot deploy with %d to %d percent of %d tasks: at "+
				"scaling.min, ECS may neither start one task more nor stop one, so no deployment would begin; raise "+
				"maxPercent, lower minHealthyPercent, or raise scaling.min", least, most, n))
		}
	}
	return errs
}

type hc = v1alpha1.ContainerHealthCheck

// checked is a value of a container's health check, if there is one.
func checked(value func(*hc) *int32) func(plan.Workload) *int32 {
	return func(w plan.Workload) *int32 {
		if w.ContainerHealthCheck == nil {
			return nil
		}
		return value(w.ContainerHealthCheck)
	}
}

var (
	workingDirectory = regexp.MustCompile(`^/[A-Za-z0-9._/-]*$`)
	containerUser    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]*(:[A-Za-z0-9_][A-Za-z0-9._-]*)?$`)
)

// UsersAndDirectoriesAreNamed requires a user and a directory that a container can have.
func UsersAndDirectoriesAreNamed(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Containers() {
		if d := s.WorkingDirectory; d != "" && !workingDirectory.MatchString(d) {
			errs = append(errs, refuse(s.Field+".workingDirectory", "cannot start in %q: it is not an absolute path; "+
				"write for example /srv/app", d))
		}
		for _, c := range s.Parts() {
			if u := c.User; u != "" && !containerUser.MatchString(u) {
				errs = append(errs, refuse(c.Field+".user", "cannot run as %q: it is not a name or a number, with or "+
					"without a group; write for example 10001:10001", u))
			}
		}
	}
	return errs
}

// ShellsCanWrite requires a file system that the agent of ECS Exec can write to.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
func ShellsCanWrite(p *plan.Plan) []error {
	var errs []error
	for _, s := range p.Containers() {
		if s.Exec && ptr.Deref(s.ReadOnlyRootFilesystem, true) {
			errs = append(errs, refuse(s.Field+".exec", "cannot open shells in a read-only file system: the agent of "+
				"ECS Exec writes to it, and stops otherwise; set readOnlyRootFilesystem to false, or remove exec"))
		}
	}
	return errs
}

// TaskSettingsAreOffered requires settings that Fargate has.
func TaskSettingsAreOffered(p *plan.Plan) []error {
	var errs []error
	check := func(field string, n *int32, least, most int32) {
		if n != nil && (*n < least || *n > most) {
			errs = append(errs, refuse(field, "cannot use %d: AWS takes %d to %d; write a number between them",
				*n, least, most))
		}
	}
	for _, s := range p.Containers() {
		for _, b := range bounded {
			check(s.Field+"."+b.field, b.value(s), b.least, b.most)
		}
		for _, c := range s.Sides() {
			for _, b := range boundedBeside {
				check(c.Field+"."+b.field, b.value(c), b.least, b.most)
			}
		}
	}
	return errs
}

// inside tells whether p is q or below it.
func inside(p, q string) bool { return p == q || strings.HasPrefix(p, q+"/") }
