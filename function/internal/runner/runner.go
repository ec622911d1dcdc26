// Package runner has the program that does in AWS what a claim needs done once, and the
// calls of it. The program is a Lambda function. An Invocation is one call: the provider
// makes it once, and its status has the answer from then on.
//
// The provider calls again after errors and restarts, so the program notes in a ledger what
// it has done. A call never changes: each Invocation's key has a digest of what it tells.
package runner

import (
	_ "embed"
	"encoding/json"

	"github.com/kasha-platform/kasha/function/internal/stack"
)

// Source is the program.
//
//go:embed runner.py
var Source string

// Code is the digest of the program. The function's stack in AWS has it as an output.
func Code() string { return stack.Digest(Source) }

// Statuses of an answer.
const (
	Running   = "RUNNING"
	Succeeded = "SUCCEEDED"
	Failed    = "FAILED"
)

// A Release asks the program to run a command once, as a task.
type Release struct {
	Action string `json:"action"`
	// ID is the name in the ledger. What has run under an ID does not run again.
	ID string `json:"id"`
	// Series are the releases of which one runs at a time.
	Series         string   `json:"series"`
	Cluster        string   `json:"cluster"`
	TaskDefinition string   `json:"taskDefinition"`
	Container      string   `json:"container"`
	Command        []string `json:"command,omitempty"`
	Subnets        []string `json:"subnets"`
	SecurityGroups []string `json:"securityGroups"`
	TimeoutSeconds int32    `json:"timeoutSeconds"`
	// Round is the number of the call. A call lasts a few minutes at most.
	Round int `json:"round,omitempty"`
}

// Users asks the program to make the database's users: with a task, and with a password that
// the program puts into a secret.
type Users struct {
	Release

	// Secret is the ARN of the secret of the user with a password. It is empty where there is
	// no such user.
	Secret string `json:"secret,omitempty"`
	// Generation of the password. The same generation keeps its password.
	Generation int `json:"generation,omitempty"`
	// Connection is what the secret has besides the password.
	Connection *Connection `json:"connection,omitempty"`
}

// A Connection is what an application reads from Secrets Manager to connect to the database.
// The first fields are those that AWS's own rotation expects.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
type Connection struct {
	Engine     string `json:"engine"`
	Host       string `json:"host"`
	Port       int    `json:"port"`
	Username   string `json:"username"`
	DBName     string `json:"dbname"`
	InstanceID string `json:"dbInstanceIdentifier,omitempty"`
	ClusterID  string `json:"dbClusterIdentifier,omitempty"`
	ReaderHost string `json:"readerHost,omitempty"`
}

// A Rollout asks the program how the deployment of a version has ended.
type Rollout struct {
	Action         string `json:"action"`
	Cluster        string `json:"cluster"`
	Service        string `json:"service"`
	TaskDefinition string `json:"taskDefinition"`
	// Round is the number of the call.
	Round int `json:"round"`
}

// A Run asks the program to start a run of a schedule. EventBridge Scheduler asks, and Lambda
// asks three times at most.
type Run struct {
	Action string `json:"action"`
	// ID is the time of the run. A run is started once.
	ID string `json:"id"`
	// Series are the runs of a schedule.
	Series           string   `json:"series"`
	Cluster          string   `json:"cluster"`
	TaskDefinition   string   `json:"taskDefinition"`
	Subnets          []string `json:"subnets"`
	SecurityGroups   []string `json:"securityGroups"`
	Group            string   `json:"group"`
	CapacityProvider string   `json:"capacityProvider"`
	// Shell tells whether people may open a shell in the task.
	Shell   bool   `json:"shell"`
	Overlap string `json:"overlap"`
	// Attempts is how often ECS is asked for the task.
	Attempts int32 `json:"attempts"`
	// TimeoutSeconds is after how long the task is stopped, or 0.
	TimeoutSeconds int32 `json:"timeoutSeconds"`
	// Function is the program's own ARN, and Role what EventBridge Scheduler calls it with to stop the task.
	Function string `json:"function"`
	Role     string `json:"role"`
	// DeadLetters is the ARN of the queue for what could not be started or stopped.
	DeadLetters string `json:"deadLetters"`
}

// ScheduledTime is what EventBridge Scheduler replaces by the time of a run.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
const ScheduledTime = "<aws.scheduler.scheduled-time>"

// TookTooLong is why the program stops a run, as AWS tells it.
const TookTooLong = "The run took longer than timeoutSeconds."

// TaskDefinitionOf is the task definition that a call names, or empty.
func TaskDefinitionOf(input string) string {
	var r Run
	if json.Unmarshal([]byte(input), &r) != nil {
		return ""
	}
	return r.TaskDefinition
}

// An Answer is what the program said at the end of a call.
type Answer struct {
	Status   string `json:"status"`
	ExitCode *int32 `json:"exitCode"`
	Reason   string `json:"reason"`
	Task     string `json:"task"`
	// Runs is the ARN of the task definition that a service runs.
	Runs     string `json:"runs"`
	Started  string `json:"started"`
	Finished string `json:"finished"`
}

// Final tells whether the same call would get the same answer again.
func (a Answer) Final() bool { return a.Status == Succeeded || a.Status == Failed }

// AnswerOf is the answer in an observed Invocation. It returns false where there is none.
func AnswerOf(o stack.Observed) (Answer, bool) {
	text, ok := stack.Text(o, "status", "atProvider", "result")
	if _, deleting := stack.Text(o, "metadata", "deletionTimestamp"); !ok || deleting {
		return Answer{}, false
	}
	var a Answer
	if json.Unmarshal([]byte(text), &a) != nil || a.Status == "" {
		return Answer{}, false
	}
	return a, true
}

// Refused tells whether the last try of the call ended with an error, so that the program is
// not working on it. The provider tries again later.
func Refused(o stack.Observed) bool {
	return stack.ConditionOf(o, "LastAsyncOperation").Status == "False"
}
