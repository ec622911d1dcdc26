"""What the provider needs of AWS and moto 5.2.4 lacks or gets wrong.

Each addition says what happened without it. When moto learns one of them, its
addition goes away. Everything is in memory, for one account.
"""

import copy
import hashlib
import json
import re
import threading
import time
import uuid
from xml.etree import ElementTree

from wire import ACCOUNT, as_json, as_xml, failure

LOCK = threading.RLock()

_answers, _corrections = {}, {}


def answers(service, *actions):
    """A function that answers calls in moto's place; None leaves them to moto."""
    return lambda f: [_answers.setdefault(service, []).append((actions, f)), f][1]


def corrects(service, *actions):
    """A function that corrects what moto answers."""
    return lambda f: [_corrections.setdefault(service, []).append((actions, f)), f][1]


def answer(request):
    for actions, f in _answers.get(request.service, ()):
        if not actions or request.action in actions:
            own = f(request)
            if own:
                return own
    return None


def correct(request, status, out):
    for actions, f in _corrections.get(request.service, ()):
        if not actions or request.action in actions:
            out = f(request, status, out) or out
    return out


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


# Application Auto Scaling -----------------------------------------------------
# Target: moto has no tags for it, "ListTagsForResource not implemented".

target_tags = {}


@answers("application-autoscaling", "ListTagsForResource", "TagResource", "UntagResource")
def target_tagging(request):
    o = request.json()
    tags = target_tags.setdefault(o.get("ResourceARN"), {})
    tags.update(o.get("Tags", {}))
    for key in o.get("TagKeys", []):
        tags.pop(key, None)
    return as_json({"Tags": tags} if request.action == "ListTagsForResource" else {})


@corrects("application-autoscaling", "RegisterScalableTarget")
def tag_new_target(request, status, out):
    tags = request.json().get("Tags")
    if status == 200 and tags:
        target_tags.setdefault(json.loads(out).get("ScalableTargetARN"), {}).update(tags)


# Backup -----------------------------------------------------------------------
# Plan, Vault: moto forgets their tags, so the provider sets them again and again.
# Selection: moto has no CreateBackupSelection.

backup_tags, selections = {}, {}


@answers("backup")
def backup_tagging(request):
    if request.path.startswith("/tags/"):
        tags = backup_tags.setdefault(request.rest("/tags/"), {})
        if request.method == "POST":
            tags.update(request.json().get("Tags", {}))
        return as_json({"Tags": tags})
    if request.path.startswith("/untag/"):
        for key in request.json().get("TagKeyList", []):
            backup_tags.setdefault(request.rest("/untag/"), {}).pop(key, None)
        return as_json({})
    return None


@corrects("backup")
def tag_new_backup(request, status, out):
    if status == 200 and request.method == "PUT" and out[:1] == b"{":
        o, asked = json.loads(out), request.json()
        arn = o.get("BackupPlanArn") or o.get("BackupVaultArn")
        backup_tags.setdefault(arn, {}).update(asked.get("BackupPlanTags") or asked.get("BackupVaultTags") or {})


@answers("backup")
def backup_selection(request):
    at = re.match(r"/backup/plans/([^/]+)/selections(?:/([^/]+))?/?$", request.path)
    if not at:
        return None
    plan, selection = at.groups()
    if request.method == "PUT":
        selection = str(uuid.uuid4())
        made = {"BackupPlanId": plan, "SelectionId": selection, "CreationDate": time.time()}
        selections[selection] = {**made, "BackupSelection": request.json()["BackupSelection"]}
        return as_json(made)
    if selection not in selections:
        return failure(request, 400, "ResourceNotFoundException", "Cannot find Backup selection")
    if request.method == "DELETE":
        del selections[selection]
        return 204, [], b""
    return as_json(selections[selection])


# CloudFront -------------------------------------------------------------------
# Distribution: moto stores another configuration than it is given (forwarded values, a
# default certificate), so the provider updates it again and again. Without what moto
# leaves out, the provider panics, and creates one more at every try.

NAMESPACE = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"'
ABSENT = {
    "OriginGroups": "<OriginGroups><Quantity>0</Quantity></OriginGroups>",
    "Logging": "<Logging><Enabled>false</Enabled>"
               "<IncludeCookies>false</IncludeCookies><Bucket></Bucket><Prefix></Prefix></Logging>",
    "CustomErrorResponses": "<CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses>",
    "Staging": "<Staging>false</Staging>",
}

distributions, distribution_tags = {}, {}


@answers("cloudfront")
def distribution(request):
    at = re.match(r"/2020-05-31/distribution(?:/([^/]+))?(/config)?$", request.path)
    if not at:
        return None
    id, config_only = at.groups()
    if not id and request.method == "POST":
        id = "E" + uuid.uuid4().hex[:12].upper()
        distributions[id] = configuration(request.body)
        distribution_tags[distribution_arn(id)] = tags_in(request.body)
        return show(id, 201)
    if not id:
        return listing()
    if id not in distributions:
        return failure(request, 404, "NoSuchDistribution", "The specified distribution does not exist.")
    if request.method == "PUT":
        distributions[id] = configuration(request.body)
        return show(id)
    if request.method == "DELETE":
        if enabled(distributions[id]):
            return failure(request, 409, "DistributionNotDisabled",
                "The distribution you are trying to delete has not been disabled.")
        del distributions[id]
        return 204, [], b""
    return show(id, config_only=config_only)


def enabled(config):
    """Whether the distribution is: much of what is in it can be enabled, too."""
    own = [e.text for e in ElementTree.fromstring(config) if e.tag.split("}")[-1] == "Enabled"]
    return own == ["true"]


def is_used(id):
    """Whether a distribution names it: AWS deletes nothing that one does."""
    return any(f">{id}<" in config for config in distributions.values())


def distribution_arn(id):
    return f"arn:aws:cloudfront::{ACCOUNT}:distribution/{id}"


def tags_in(body):
    return dict(re.findall(r"<Key>(.*?)</Key><Value>(.*?)</Value>", body.decode()))


def configuration(body):
    text = re.search(r"<DistributionConfig[ >].*</DistributionConfig>", body.decode(), re.S)[0]
    for element, default in ABSENT.items():
        if f"<{element}>" not in text:
            text = text.replace("</DistributionConfig>", default + "</DistributionConfig>")
    return text


def show(id, status=200, config_only=None):
    config = distributions[id]
    headers = [("ETag", "E" + hashlib.md5(config.encode()).hexdigest()[:12].upper())]
    if config_only:
        return as_xml(config, status, headers)
    return as_xml(
        f"<Distribution {NAMESPACE}><Id>{id}</Id><ARN>{distribution_arn(id)}</ARN><Status>Deployed</Status>"
        f"<LastModifiedTime>{now()}</LastModifiedTime><InProgressInvalidationBatches>0</InProgressInvalidationBatches>"
        f"<DomainName>{id.lower()}.cloudfront.net</DomainName>"
        "<ActiveTrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedSigners>"
        "<ActiveTrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedKeyGroups>"
        f"{config}</Distribution>", status, headers)


def listing():
    items = "".join(
        f"<DistributionSummary><Id>{id}</Id><ARN>{distribution_arn(id)}</ARN>"
        f"<DomainName>{id.lower()}.cloudfront.net</DomainName></DistributionSummary>" for id in distributions)
    return as_xml(
        f"<DistributionList {NAMESPACE}><Marker/><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated>"
        f"<Quantity>{len(distributions)}</Quantity><Items>{items}</Items></DistributionList>")


# ResponseHeadersPolicy, CachePolicy: moto has neither, "404 not implemented".

POLICIES = {"response-headers-policy": "ResponseHeadersPolicy", "cache-policy": "CachePolicy"}

policies = {}


@answers("cloudfront")
def policy(request):
    at = re.match(r"/2020-05-31/(response-headers-policy|cache-policy)(?:/([^/]+))?(/config)?$", request.path)
    if not at:
        return None
    sort, id, config_only = at.groups()
    element, status = POLICIES[sort], 200
    if not id and request.method == "GET":
        return policy_listing(element)
    if request.method == "POST":
        id, status = str(uuid.uuid4()), 201
    elif id not in policies:
        return failure(request, 404, "NoSuch" + element, f"The {element} does not exist.")
    if request.method == "DELETE" and is_used(id):
        return failure(request, 409, element + "InUse", f"The {element} is attached to a distribution.")
    if request.method == "DELETE":
        del policies[id]
        return 204, [], b""
    if request.method in ("POST", "PUT"):
        policies[id] = element, re.sub(r"^\s*<\?xml[^>]*\?>", "", request.body.decode()).strip()
    config = policies[id][1]
    headers = [("ETag", "E" + hashlib.md5(config.encode()).hexdigest()[:12].upper())]
    if config_only:
        return as_xml(config, status, headers)
    return as_xml(
        f"<{element} {NAMESPACE}><Id>{id}</Id><LastModifiedTime>{now()}</LastModifiedTime>{config}</{element}>",
        status, headers)


def policy_listing(element):
    items = "".join(
        f"<{element}Summary><Type>custom</Type>"
        f"<{element}><Id>{id}</Id><LastModifiedTime>{now()}</LastModifiedTime>{config}</{element}>"
        f"</{element}Summary>"
        for id, (of, config) in policies.items() if of == element)
    return as_xml(
        f"<{element}List {NAMESPACE}><MaxItems>100</MaxItems><Quantity>{items.count('<Type>')}</Quantity>"
        f"<Items>{items}</Items></{element}List>")


# VPCOrigin: moto has none, "404 not implemented".

vpc_origins = {}


@answers("cloudfront")
def vpc_origin(request):
    at = re.match(r"/2020-05-31/vpc-origin(?:/([^/]+))?$", request.path)
    if not at:
        return None
    id, status = at[1], 200
    if not id and request.method == "GET":
        items = "".join(f"<VpcOriginSummary><Id>{id}</Id></VpcOriginSummary>" for id in vpc_origins)
        return as_xml(
            f"<VpcOriginList {NAMESPACE}><Marker/><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated>"
            f"<Quantity>{len(vpc_origins)}</Quantity><Items>{items}</Items></VpcOriginList>")
    if request.method == "POST":
        id, status = "vo_" + uuid.uuid4().hex[:20], 202
        distribution_tags[vpc_origin_arn(id)] = tags_in(request.body)
    elif id not in vpc_origins:
        return failure(request, 404, "EntityNotFound", "The entity was not found.")
    if request.method == "DELETE" and is_used(id):
        return failure(request, 409, "CannotDeleteEntityWhileInUse",
            "The VPC origin is associated with a distribution.")
    if request.method in ("POST", "PUT"):
        config = re.search(r"<VpcOriginEndpointConfig[ >].*</VpcOriginEndpointConfig>", request.body.decode(), re.S)[0]
        vpc_origins[id] = re.sub(r"^<VpcOriginEndpointConfig[^>]*>", "<VpcOriginEndpointConfig>", config)
    config = vpc_origins.pop(id) if request.method == "DELETE" else vpc_origins[id]
    return as_xml(
        f"<VpcOrigin {NAMESPACE}><Id>{id}</Id><Arn>{vpc_origin_arn(id)}</Arn>"
        f"<AccountId>{ACCOUNT}</AccountId><Status>Deployed</Status>"
        f"<CreatedTime>{now()}</CreatedTime><LastModifiedTime>{now()}</LastModifiedTime>{config}</VpcOrigin>",
        status, [("ETag", "E" + hashlib.md5(config.encode()).hexdigest()[:12].upper())])


def vpc_origin_arn(id):
    return f"arn:aws:cloudfront::{ACCOUNT}:vpcorigin/{id}"


@answers("cloudfront")
def distribution_tagging(request):
    if request.path != "/2020-05-31/tagging":
        return None
    tags = distribution_tags.setdefault(request.query.get("Resource", ""), {})
    if request.method == "GET":
        items = "".join(f"<Tag><Key>{k}</Key><Value>{v}</Value></Tag>" for k, v in tags.items())
        return as_xml(f"<Tags {NAMESPACE}><Items>{items}</Items></Tags>")
    if request.query.get("Operation") == "Tag":
        tags.update(tags_in(request.body))
    for key in (re.findall(r"<Key>(.*?)</Key>", request.body.decode())
                if request.query.get("Operation") == "Untag" else ()):
        tags.pop(key, None)
    return 204, [], b""


# Budgets ----------------------------------------------------------------------
# Budget: moto has neither its tags nor its subscribers.

budget_tags, budget_subscribers = {}, {}


def notification_key(budget, notification):
    return (budget, notification.get("NotificationType"), notification.get("ComparisonOperator"),
        notification.get("Threshold"))


@corrects("budgets", "CreateBudget", "CreateNotification")
def tell_of_new_budget(request, status, out):
    if status != 200:
        return
    o = request.json()
    name = o.get("BudgetName") or o["Budget"]["BudgetName"]
    if "ResourceTags" in o:
        budget_tags[f"arn:aws:budgets::{ACCOUNT}:budget/{name}"] = {t["Key"]: t["Value"] for t in o["ResourceTags"]}
    for n in o.get("NotificationsWithSubscribers") or ([o] if "Notification" in o else []):
        budget_subscribers[notification_key(name, n["Notification"])] = n["Subscribers"]


@answers("budgets", "DescribeSubscribersForNotification")
def subscribers_of_budget(request):
    o = request.json()
    return as_json(
        {"Subscribers": budget_subscribers.get(notification_key(o.get("BudgetName"), o.get("Notification", {})), [])})


@answers("budgets", "ListTagsForResource", "TagResource", "UntagResource")
def budget_tagging(request):
    o = request.json()
    tags = budget_tags.setdefault(o.get("ResourceARN"), {})
    tags.update({t["Key"]: t["Value"] for t in o.get("ResourceTags", [])})
    for key in o.get("ResourceTagKeys", []):
        tags.pop(key, None)
    return as_json({"ResourceTags": [{"Key": k, "Value": v} for k, v in tags.items()]}
        if request.action == "ListTagsForResource" else {})


# CloudWatch -------------------------------------------------------------------
# CompositeAlarm: moto has no PutCompositeAlarm.

composites, composite_tags = {}, {}


@answers("monitoring", "PutCompositeAlarm")
def put_composite(request):
    o = request.json()
    arn = request.arn("cloudwatch", "alarm:" + o["AlarmName"])
    composite_tags.setdefault(arn, {}).update({t["Key"]: t["Value"] for t in o.pop("Tags", None) or []})
    composites[arn] = o | {"AlarmArn": arn, "StateValue": "INSUFFICIENT_DATA",
        "AlarmConfigurationUpdatedTimestamp": time.time()}
    return as_json({})


@answers("monitoring", "DescribeAlarms")
def describe_composites(request):
    o = request.json()
    if o.get("AlarmTypes") != ["CompositeAlarm"]:
        return None
    found = [c for arn, c in composites.items() if f":{request.region}:" in arn
        and c["AlarmName"] in o.get("AlarmNames", [c["AlarmName"]])]
    return as_json({"MetricAlarms": [], "CompositeAlarms": found})


@answers("monitoring", "DeleteAlarms")
def delete_composites(request):
    arns = [request.arn("cloudwatch", "alarm:" + name) for name in request.json().get("AlarmNames", [])]
    if not arns or any(arn not in composites for arn in arns):
        return None
    for arn in arns:
        composites.pop(arn), composite_tags.pop(arn, None)
    return as_json({})


@answers("monitoring", "ListTagsForResource", "TagResource", "UntagResource")
def composite_tagging(request):
    o = request.json()
    if o.get("ResourceARN") not in composites:
        return None
    tags = composite_tags.setdefault(o["ResourceARN"], {})
    tags.update({t["Key"]: t["Value"] for t in o.get("Tags", [])})
    for key in o.get("TagKeys", []):
        tags.pop(key, None)
    return as_json({"Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
        if request.action == "ListTagsForResource" else {})


# EC2 --------------------------------------------------------------------------
# NetworkACLRule: after its ACL is deleted, moto names a route table in the error, so
# the provider does not see that the rule is gone.


@corrects("ec2", "DescribeNetworkAcls")
def name_the_acl(_, status, out):
    return out.replace(b"InvalidRouteTableID.NotFound", b"InvalidNetworkAclID.NotFound") if status == 400 else out


# NATGateway: moto does not report that a gateway is zonal, and without that the
# provider does not read its address.


@corrects("ec2", "CreateNatGateway", "DescribeNatGateways")
def tell_availability(_, status, out):
    if status == 200:
        return re.sub(rb"(<natGatewayId>[^<]*</natGatewayId>)", rb"\1<availabilityMode>zonal</availabilityMode>", out)


def patch_endpoints():
    """VPCEndpointSecurityGroupAssociation: an interface endpoint has the VPC's
    default security group when it is given none; moto gives it none, and the
    provider has "no association of default Security Group" to replace.
    VPCEndpointSubnetAssociation: moto shows endpoints that are deleted, and the
    provider waits ten minutes for one to come back."""
    from moto.ec2.models.vpcs import VPCBackend

    create, delete = VPCBackend.create_vpc_endpoint, VPCBackend.delete_vpc_endpoints

    def with_default_group(self, vpc_id, service_name, endpoint_type, *args, **kwargs):
        endpoint = create(self, vpc_id, service_name, endpoint_type, *args, **kwargs)
        if (endpoint_type or "").lower() == "interface" and not endpoint.security_group_ids:
            endpoint.security_group_ids = [g.id for g in self.describe_security_groups() if g.vpc_id == vpc_id
                and g.name == "default"]
        return endpoint

    def for_good(self, vpce_ids=None):
        done = delete(self, vpce_ids)
        for id in vpce_ids or ():
            self.vpc_end_points.pop(id, None)
        return done

    VPCBackend.create_vpc_endpoint, VPCBackend.delete_vpc_endpoints = with_default_group, for_good


# ECS --------------------------------------------------------------------------
# Service: moto drops most fields of a service, so the provider updates it again and
# again.

SERVICE = (
    "availabilityZoneRebalancing", "capacityProviderStrategy", "deploymentConfiguration", "enableECSManagedTags",
    "enableExecuteCommand", "healthCheckGracePeriodSeconds", "loadBalancers", "networkConfiguration",
    "platformVersion", "propagateTags", "schedulingStrategy",
)

services, rollouts = {}, {}


@corrects("ecs", "CreateService", "UpdateService", "DescribeServices", "DeleteService")
def remember_service(request, status, out):
    if status != 200:
        return out
    o, asked = json.loads(out), request.json()
    for s in o.get("services", []) + ([o["service"]] if "service" in o else []):
        kept = services.setdefault(s["serviceArn"], {})
        if request.action == "CreateService":
            kept.clear()
        if request.action in ("CreateService", "UpdateService"):
            kept.update({k: copy.deepcopy(asked[k]) for k in SERVICE if k in asked})
        s.update(copy.deepcopy(kept))
        settle(s)
        rollouts.update(
            {s["serviceArn"]: d["id"].split("/")[-1] for d in s.get("deployments", []) if d["status"] == "PRIMARY"})
    return json.dumps(o).encode()


# moto has neither, "NotImplementedError": the provider considers every creation failed.
@answers("ecs", "ListServiceDeployments", "DescribeServiceDeployments")
def deployments(request):
    o = request.json()
    if request.action == "DescribeServiceDeployments":
        return as_json(
            {"serviceDeployments": [{"serviceDeploymentArn": arn, "status": "SUCCESSFUL"}
            for arn in o["serviceDeploymentArns"]], "failures": []})
    service = "/".join(name.split("/")[-1] for name in (o["cluster"], o["service"]))
    id = rollouts.get(request.arn("ecs", "service/" + service))
    arn = request.arn("ecs", f"service-deployment/{service}/{id}")
    brief = {"serviceDeploymentArn": arn, "targetServiceRevisionArn": arn.replace("-deployment", "-revision"),
        "status": "SUCCESSFUL"}
    return as_json({"serviceDeployments": [brief] if id else []})


def settle(service):
    """Every task that is asked for runs, and the rollout is complete."""
    if service.get("capacityProviderStrategy"):
        service.pop("launchType", None)
        for provider in service["capacityProviderStrategy"]:
            provider.setdefault("base", 0)
            provider.setdefault("weight", 0)
    if service.get("status") == "ACTIVE":
        service["runningCount"], service["pendingCount"] = service.get("desiredCount", 0), 0
        service["deployments"] = [
            d | {"rolloutState": "COMPLETED", "runningCount": d.get("desiredCount", 0), "pendingCount": 0}
            for d in service.get("deployments", []) if d["status"] == "PRIMARY"]


# RunTask: moto crashes without a launch type, and its tasks never end. A task of a release ends
# at once: with 1 if its command says that it fails, and else with 0.

tasks = {}


@answers("ecs", "RunTask", "DescribeTasks", "ListTasks", "StopTask")
def task_runs(request):
    o = request.json()
    cluster = o["cluster"].split("/")[-1]
    if request.action == "RunTask":
        key = (cluster, o.get("clientToken") or uuid.uuid4().hex)
        if key not in tasks:
            tasks[key] = task_of(request, cluster, o)
        return as_json({"tasks": [tasks[key]], "failures": []})
    own = [t for (c, _), t in tasks.items() if c == cluster]
    if request.action == "ListTasks":
        own = [t for t in own if o.get("desiredStatus", "RUNNING") == "STOPPED"
               and t["startedBy"] == o.get("startedBy", t["startedBy"]) and not o.get("serviceName")]
        return as_json({"taskArns": [t["taskArn"] for t in own]})
    if request.action == "StopTask":
        return as_json({"task": next(t for t in own if t["taskArn"].endswith(o["task"].split("/")[-1]))})
    return as_json({"tasks": [t for t in own if t["taskArn"] in o["tasks"]], "failures": []})


def task_of(request, cluster, o):
    override = o.get("overrides", {}).get("containerOverrides", [{}])[0]
    code = 1 if "fail" in " ".join(override.get("command", [])) else 0
    return {
        "taskArn": request.arn("ecs", f"task/{cluster}/{uuid.uuid4().hex}"), "taskDefinitionArn": o["taskDefinition"],
        "startedBy": o.get("startedBy", ""), "group": o.get("group", ""), "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED", "stopCode": "EssentialContainerExited", "startedAt": time.time(),
        "stoppedAt": time.time(), "stoppedReason": "Essential container in task exited",
        "containers": [{"name": override.get("name", "-"), "lastStatus": "STOPPED", "exitCode": code}],
    }


# Elastic Load Balancing -------------------------------------------------------
# LBTargetGroup: moto lacks four attributes, so the provider sets them again and again,
# so fast that the provider has crashed.

ATTRIBUTES = {
    "target_group_health.dns_failover.minimum_healthy_targets.count": "off",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}


@corrects("elasticloadbalancing", "DescribeTargetGroupAttributes", "ModifyTargetGroupAttributes")
def all_attributes(_, status, out):
    if status != 200:
        return out
    text = out.decode()
    absent = "".join(f"<member><Key>{k}</Key><Value>{v}</Value></member>"
        for k, v in ATTRIBUTES.items() if k not in text)
    return text.replace("</Attributes>", absent + "</Attributes>").encode()


# KMS -------------------------------------------------------------------------- Key:
# moto does not report how often a key rotates, so the provider turns rotation on again
# and again.

rotations = {}


@corrects("kms", "EnableKeyRotation", "GetKeyRotationStatus")
def remember_rotation(request, status, out):
    if status != 200:
        return out
    key = request.json()["KeyId"].split("/")[-1]
    if request.action == "EnableKeyRotation":
        rotations[key] = request.json().get("RotationPeriodInDays", 365)
        return out
    o = json.loads(out)
    return json.dumps({**o, "RotationPeriodInDays": rotations.get(key, 365)}
        if o.get("KeyRotationEnabled") else o).encode()


# RDS --------------------------------------------------------------------------
# Instance: moto does not report the settings of Performance Insights and extended
# support, so the provider modifies it again and again. ParameterGroup: moto forgets how
# a parameter is applied, with the same effect; and deletes a group that is in use,
# which AWS does not.

instances, parameters = {}, {}

REMEMBERED = ("EngineLifecycleSupport", "PerformanceInsightsKMSKeyId", "PerformanceInsightsRetentionPeriod",
    "DatabaseInsightsMode")


@corrects("rds")
def remember_instance(request, status, out):
    if status == 200 and request.action in ("CreateDBInstance", "CreateDBInstanceReadReplica", "ModifyDBInstance"):
        asked = request.form()
        kept = instances.setdefault(asked["DBInstanceIdentifier"], {})
        kept.update({k: asked[k] for k in REMEMBERED if asked.get(k)})
        if "EnablePerformanceInsights" in asked:
            kept["PerformanceInsightsEnabled"] = asked["EnablePerformanceInsights"]
    if status == 200 and b"<DBInstance>" in out:
        return re.sub(r"<DBInstance>.*?</DBInstance>", recall, out.decode(), flags=re.S).encode()
    return out


def recall(found):
    text = found[0]
    id = re.search(r"<DBInstanceIdentifier>(.*?)</DBInstanceIdentifier>", text)
    for field, value in instances.get(id[1], {}).items() if id else ():
        text = re.sub(rf"<{field}>.*?</{field}>|<{field} ?/>", "", text)
        text = text.replace("</DBInstance>", f"<{field}>{value}</{field}></DBInstance>")
    return text


@corrects("rds", "ModifyDBParameterGroup", "ResetDBParameterGroup")
def remember_parameters(request, status, _):
    if status != 200:
        return
    asked = request.form()
    group = parameters.setdefault(asked["DBParameterGroupName"], {})
    for field, name in asked.items():
        member = re.match(r"(Parameters\.\w+\.\d+)\.ParameterName$", field)
        if member and request.action == "ResetDBParameterGroup":
            group.pop(name, None)
        elif member:
            group[name] = (asked.get(member[1] + ".ParameterValue", ""),
                asked.get(member[1] + ".ApplyMethod", "immediate"))


@answers("rds", "DescribeDBParameters")
def recall_parameters(request):
    asked = request.form()
    group = parameters.get(asked.get("DBParameterGroupName"), {})
    shown = group.items() if asked.get("Source") in (None, "user") else ()
    members = "".join(
        f"<Parameter><ParameterName>{name}</ParameterName>"
        f"<ParameterValue>{value}</ParameterValue><ApplyMethod>{method}</ApplyMethod>"
        "<Source>user</Source><ApplyType>dynamic</ApplyType>"
        "<DataType>string</DataType><IsModifiable>true</IsModifiable></Parameter>"
        for name, (value, method) in shown)
    return as_xml(
        f"<DescribeDBParametersResponse><DescribeDBParametersResult><Parameters>{members}</Parameters>"
        f"</DescribeDBParametersResult></DescribeDBParametersResponse>")


@answers("rds", "DeleteDBParameterGroup")
def keep_used_parameter_group(request):
    from moto.rds.models import rds_backends

    name = request.form().get("DBParameterGroupName")
    databases = rds_backends[ACCOUNT][request.region].databases.values()
    if any(d.db_parameter_group_name == name for d in databases):
        return failure(request, 400, "InvalidDBParameterGroupState",
            f"One or more database instances are still members of this parameter group {name}, "
            "so the group cannot be deleted")
    parameters.pop(name, None)
    return None


def patch_databases():
    """Instance: moto gives all instances one DbiResourceId, by which the provider
    finds them, so a replica was taken for its primary. A replica also has its
    primary's tags, standby, protection and storage limit with moto, and not with AWS."""
    from moto.rds import models

    start = models.DBInstance.__init__

    def identified(self, *args, **kwargs):
        start(self, *args, **kwargs)
        self.dbi_resource_id = resource_id(self.db_instance_identifier)

    def replica(self, db_kwargs):
        source = db_kwargs["source_db_instance_identifier"]
        primary = self.find_db_from_id(source)
        if self.arn_regex.match(source):
            db_kwargs["backend"] = self
        r = copy.copy(primary)
        r._max_allocated_storage, r.multi_az = 0, False
        r.enabled_cloudwatch_logs_exports, r.tags = [], list(db_kwargs.get("tags") or [])
        r.update(**db_kwargs)
        r.set_as_replica()
        r.multi_az = bool(db_kwargs.get("multi_az"))
        r.deletion_protection = bool(db_kwargs.get("deletion_protection"))
        r.enabled_cloudwatch_logs_exports = list(db_kwargs.get("enable_cloudwatch_logs_exports")
            or primary.enabled_cloudwatch_logs_exports)
        r.dbi_resource_id = resource_id(db_kwargs["db_instance_identifier"])
        self.databases[db_kwargs["db_instance_identifier"]] = r
        primary.add_replica(r)
        return r

    models.DBInstance.__init__ = identified
    models.RDSBackend.create_db_instance_read_replica = replica


# Cluster: moto makes no copy of an instance: it demands a user, "The parameter
# MasterUsername must be provided", and looks for a cluster under the instance's ARN, in
# the creation and in the promotion. A copy has its source's user and password, and AWS
# does not delete the source of a copy.


def patch_clusters():
    from moto.rds import models

    create = models.RDSBackend.create_db_cluster
    promote = models.RDSBackend.promote_read_replica_db_cluster
    delete = models.RDSBackend.delete_db_instance

    def copied(self, kwargs):
        source = source_of(kwargs.get("replication_source_identifier"))
        if not source:
            return create(self, kwargs)
        instance = self.databases[source]
        copy_of = kwargs.pop("replication_source_identifier")
        kwargs["master_username"] = instance.master_username
        kwargs["master_user_password"] = instance.master_user_password
        cluster = create(self, kwargs)
        cluster.replication_source_identifier = copy_of
        return cluster

    def promoted(self, db_cluster_identifier):
        cluster = self.clusters[db_cluster_identifier]
        if not source_of(cluster.replication_source_identifier):
            return promote(self, db_cluster_identifier)
        cluster.replication_source_identifier = None
        return cluster

    def deleted(self, db_instance_identifier, *args, **kwargs):
        for cluster in self.clusters.values():
            if source_of(cluster.replication_source_identifier) == db_instance_identifier:
                raise models.RDSClientError("InvalidDBInstanceState",
                    f"Cannot delete DB instance {db_instance_identifier}: {cluster.db_cluster_identifier} is a copy of it.")
        return delete(self, db_instance_identifier, *args, **kwargs)

    models.RDSBackend.create_db_cluster = copied
    models.RDSBackend.promote_read_replica_db_cluster = promoted
    models.RDSBackend.delete_db_instance = deleted


def source_of(arn):
    """The instance that an ARN names, if it is one's."""
    found = re.match(r"arn:aws:rds:[^:]+:[^:]+:db:(.+)$", arn or "")
    return found and found[1]


def resource_id(name):
    return "db-" + hashlib.md5(name.encode()).hexdigest()[:26].upper()


# Proxy: moto crashes (KeyError) on a request for a deleted proxy, so the provider does
# not see that the proxy's parts are gone.


@answers("rds", "DescribeDBProxyTargets", "DescribeDBProxyTargetGroups", "DeregisterDBProxyTargets",
    "RegisterDBProxyTargets", "ModifyDBProxyTargetGroup")
def proxy_of(request):
    from moto.rds.models import rds_backends

    name = request.form().get("DBProxyName")
    if name not in rds_backends[ACCOUNT][request.region].db_proxies:
        return failure(request, 404, "DBProxyNotFoundFault", f"DBProxy {name} not found")
    return None


# DBInstanceAutomatedBackupsReplication: moto has none, "NotImplementedError".

replications = {}


@answers("rds", "StartDBInstanceAutomatedBackupsReplication", "StopDBInstanceAutomatedBackupsReplication")
def replication(request):
    asked = request.form()
    source = asked["SourceDBInstanceArn"]
    arn = request.arn("rds", "auto-backup:ab-" + hashlib.md5(source.encode()).hexdigest()[:20])
    if request.action.startswith("Start"):
        replications[arn] = {
            "DBInstanceAutomatedBackupsArn": arn, "DBInstanceArn": source,
            "DBInstanceIdentifier": source.split(":")[-1], "Region": source.split(":")[3],
            "Status": "replicating", "KmsKeyId": asked.get("KmsKeyId", ""),
            "BackupRetentionPeriod": asked.get("BackupRetentionPeriod", "7"), "Engine": "mysql",
        }
    elif arn not in replications:
        return failure(request, 404, "DBInstanceNotFound", f"DBInstance {source} not found.")
    backup = f"<DBInstanceAutomatedBackup>{elements(replications[arn])}</DBInstanceAutomatedBackup>"
    result = f"<{request.action}Result>{backup}</{request.action}Result>"
    if request.action.startswith("Stop"):
        del replications[arn]
    return as_xml(f"<{request.action}Response>{result}</{request.action}Response>")


@answers("rds", "DescribeDBInstanceAutomatedBackups")
def describe_replications(request):
    arn = request.form().get("DBInstanceAutomatedBackupsArn")
    if arn and arn not in replications:
        return failure(request, 404, "DBInstanceAutomatedBackupNotFound", f"{arn} not found")
    found = [r for a, r in replications.items() if a == arn or not arn and f":{request.region}:" in a]
    members = "".join(f"<DBInstanceAutomatedBackup>{elements(r)}</DBInstanceAutomatedBackup>" for r in found)
    return as_xml(
        "<DescribeDBInstanceAutomatedBackupsResponse><DescribeDBInstanceAutomatedBackupsResult>"
        f"<DBInstanceAutomatedBackups>{members}</DBInstanceAutomatedBackups>"
        "</DescribeDBInstanceAutomatedBackupsResult></DescribeDBInstanceAutomatedBackupsResponse>")


def elements(fields):
    return "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())


# Route 53 ---------------------------------------------------------------------


def patch_zones():
    """Zone: AWS's IDs begin with a Z, and a claim takes no others."""
    from moto.route53 import models

    random = models.create_route53_zone_id
    models.create_route53_zone_id = lambda *args, **kwargs: "Z" + random(*args, **kwargs)[1:]


# Secrets Manager --------------------------------------------------------------
# SecretRotation: moto tries to call the function, which is not in moto.

rotating = {}


@answers("secretsmanager", "RotateSecret", "CancelRotateSecret")
def rotate(request):
    from moto.secretsmanager.models import secretsmanager_backends

    asked = request.json()
    secret = secretsmanager_backends[ACCOUNT][request.region].secrets.get(asked["SecretId"])
    if secret is None or secret.is_deleted():
        return failure(request, 400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
    rotating[secret.arn] = {"RotationEnabled": request.action == "RotateSecret"}
    if request.action == "RotateSecret":
        rotating[secret.arn] |= {k: asked[k] for k in ("RotationLambdaARN", "RotationRules") if k in asked}
    return as_json({"ARN": secret.arn, "Name": secret.name, "VersionId": str(uuid.uuid4())})


@corrects("secretsmanager", "DescribeSecret")
def tell_rotation(_, status, out):
    if status == 200:
        o = json.loads(out)
        return json.dumps(o | rotating.get(o["ARN"], {})).encode()


# SecretVersion: moto's error for a deleted secret differs from AWS's. The provider does
# not recognize it, and never deletes a version whose secret was deleted first.


@corrects("secretsmanager")
def say_marked_for_deletion(_, status, out):
    if status == 400 and b"marked deleted" in out:
        return json.dumps(
            {**json.loads(out),
            "message": "You can't perform this operation on the secret because it was marked for deletion."}).encode()


# Serverless Application Repository --------------------------------------------
# CloudFormationStack: moto does not have the service. A change set of moto's own
# replaces the application's, so that CloudFormation continues from there.

APPLICATION_VERSION = "1.1.618"
APPLICATION_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_RESOURCE_POLICY"]

functions = {}


@answers("serverlessrepo")
def application(request):
    from moto.cloudformation.models import cloudformation_backends

    at = re.match(r"/applications/(.+?)(/changesets)?/?$", request.rest(""))
    id, is_change = at.groups()
    if not is_change:
        definitions = [{"name": name, "referencedByResources": []}
            for name in ("functionName", "endpoint", "vpcSubnetIds", "vpcSecurityGroupIds", "kmsKeyArn")]
        version = {"applicationId": id, "creationTime": now(), "semanticVersion": APPLICATION_VERSION,
                   "templateUrl": "-", "sourceCodeUrl": "-",
                   "parameterDefinitions": definitions, "requiredCapabilities": APPLICATION_CAPABILITIES,
                   "resourcesSupported": True}
        return as_json(
            {"applicationId": id, "author": "AWS", "description": "-", "name": id.split("/")[-1], "version": version})
    asked = request.json()
    backend = cloudformation_backends[ACCOUNT][request.region]
    name = "serverlessrepo-" + asked["stackName"]
    exists = any(stack.name == name and stack.status != "DELETE_COMPLETE" for stack in backend.stacks.values())
    parameters = {p["name"]: p["value"] for p in asked.get("parameterOverrides", [])}
    template = {
        "Parameters": {p: {"Type": "String"} for p in parameters},
        "Resources": {"Function": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}},
    }
    functions[name] = request.arn("lambda", "function:" + parameters.get("functionName", name))
    tags = {t["key"]: t["value"] for t in asked.get("tags", [])} | {"serverlessrepo:applicationId": id,
        "serverlessrepo:semanticVersion": APPLICATION_VERSION}
    change, stack = backend.create_change_set(name, "change-" + uuid.uuid4().hex[:8], json.dumps(template), parameters,
        "", "UPDATE" if exists else "CREATE", tags=tags)
    return as_json(
        {"applicationId": id, "changeSetId": change, "semanticVersion": APPLICATION_VERSION, "stackId": stack}, 201)


# moto forgets the outputs and capabilities of a change set's stack.
@corrects("cloudformation", "DescribeStacks")
def tell_of_application(_, status, out):
    if status != 200 or b"<StackName>serverlessrepo-" not in out:
        return out
    members = "".join(f"<member>{c}</member>" for c in APPLICATION_CAPABILITIES)
    text = re.sub(r"<(Capabilities|Outputs)>.*?</\1>|<(Capabilities|Outputs) ?/>", "", out.decode(), flags=re.S)
    return re.sub(
        r"<StackName>(serverlessrepo-[^<]*)</StackName>",
        lambda m: f"{m[0]}<Capabilities>{members}</Capabilities><Outputs><member>"
                  f"<OutputKey>RotationLambdaARN</OutputKey><OutputValue>{functions.get(m[1], '')}</OutputValue>"
                  f"</member></Outputs>",
        text).encode()


# SQS --------------------------------------------------------------------------
# Queue: moto drops RedriveAllowPolicy and Policy, and writes blanks into the
# redrive policy, so the provider sets them again and again.

queues = {}


@corrects("sqs", "CreateQueue", "SetQueueAttributes", "GetQueueAttributes", "DeleteQueue")
def remember_queue(request, status, out):
    if status != 200:
        return out
    asked = request.json()
    name = request.region + "/" + (asked.get("QueueName") or asked.get("QueueUrl", "").split("/")[-1])
    if request.action == "DeleteQueue":
        queues.pop(name, None)
        return out
    kept = queues.setdefault(name, {})
    kept.update({k: v for k, v in (asked.get("Attributes") or {}).items() if k in ("Policy", "RedriveAllowPolicy")})
    return recall_queue(asked, kept, out) if request.action == "GetQueueAttributes" else out


def recall_queue(asked, kept, out):
    o = json.loads(out)
    wanted = set(asked.get("AttributeNames", []))
    attributes = o.get("Attributes") or {}
    attributes.update({k: v for k, v in kept.items() if v and wanted & {"All", k}})
    if attributes.get("RedrivePolicy"):
        attributes["RedrivePolicy"] = json.dumps(json.loads(attributes["RedrivePolicy"]), separators=(",", ":"))
    if attributes.get("KmsMasterKeyId"):
        attributes["SqsManagedSseEnabled"] = "false"
    return json.dumps({**o, "Attributes": attributes} if attributes else o).encode()


def patch():
    """Change moto itself where its answers cannot be corrected."""
    patch_endpoints()
    patch_databases()
    patch_zones()
