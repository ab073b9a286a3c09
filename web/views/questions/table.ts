/** The questions, as data: adding one is a row here. Names of fields are Graph's (docs/CSV.md lists them). */
import type { Dimension, Question, Split } from './kinds.ts';
import { WEEK } from './steps.ts';
import { APPLICATION, TARGET_APPLICATION, TARGET_GROUP, TARGET_SYSTEM, TARGET_USER, USER } from './subjects.ts';

const USER_SIGN_INS = ['interactiveSignIns', 'nonInteractiveSignIns'] as const;
const ALL_SIGN_INS = [...USER_SIGN_INS, 'servicePrincipalSignIns', 'managedIdentitySignIns'] as const;

const SUCCESS = { name: 'success', colour: '--series-1' } as const;
const FAILURE = { name: 'failure', colour: '--series-2' } as const;
const OTHER = { name: 'other', colour: '--series-6' } as const;

const SIGN_IN_RESULT: Split = { path: 'status/errorCode', parts: [{ ...SUCCESS, values: [0] }, FAILURE] };
const AUDIT_RESULT: Split = {
  path: 'result',
  parts: [{ ...SUCCESS, values: ['success'] }, { ...FAILURE, values: ['failure'] }, OTHER],
};
const PROVISIONING_STATUS: Split = {
  path: 'provisioningStatusInfo/status',
  parts: [
    { ...SUCCESS, values: ['success'] },
    { ...FAILURE, values: ['failure'] },
    { name: 'skipped', colour: '--series-5', values: ['skipped'] },
    OTHER,
  ],
};

const APP: Dimension = { title: 'Application', keys: ['appId'], names: ['appDisplayName'] };
const ACTIVITY: Dimension = { title: 'Activity', keys: ['activityDisplayName'] };
const BY: Dimension = {
  title: 'By',
  keys: ['initiatedBy/user/id', 'initiatedBy/app/servicePrincipalId', 'initiatedBy/app/displayName'],
  names: ['initiatedBy/user/userPrincipalName', 'initiatedBy/user/displayName', 'initiatedBy/app/displayName'],
};
const target = (title: string, types: readonly string[], nameProperty?: string): Dimension => ({
  title,
  keys: ['id'],
  names: ['userPrincipalName', 'displayName'],
  list: { path: 'targetResources', types, ...(nameProperty && { nameProperty }) },
});

export const QUESTIONS: readonly Question[] = [
  {
    name: 'sign-ins',
    group: 'Sign-ins',
    title: 'Sign-ins by result over time',
    answers: 'When were there sign-ins, and when did more of them fail than usual?',
    noun: 'sign-ins',
    logTypes: ALL_SIGN_INS,
    filter: '',
    subject: APPLICATION,
    rows: { kind: 'time' },
    split: SIGN_IN_RESULT,
    days: 7,
  },
  {
    name: 'pattern',
    group: 'Sign-ins',
    title: 'Sign-in pattern of a user',
    answers: 'On which days of the week, and at which hours, does a user sign in, so that the unusual stands out?',
    noun: 'sign-ins',
    logTypes: USER_SIGN_INS,
    filter: '',
    subject: { ...USER, isRequired: true },
    rows: { kind: 'week' },
    days: 28,
  },
  {
    name: 'weekly-users',
    group: 'Sign-ins',
    title: 'Distinct users per week',
    answers: 'How many different users signed in without an error in each week, from Monday to Sunday?',
    noun: 'users',
    logTypes: USER_SIGN_INS,
    filter: 'status/errorCode eq 0',
    subject: APPLICATION,
    rows: { kind: 'time', step: WEEK },
    distinct: 'userId',
    days: 28,
  },
  {
    name: 'applications',
    group: 'Sign-ins',
    title: 'Application usage',
    answers: 'Which applications are signed in to, how often, and how much of it fails?',
    noun: 'sign-ins',
    logTypes: ALL_SIGN_INS,
    filter: '',
    subject: USER,
    rows: { kind: 'values', of: [APP] },
    split: SIGN_IN_RESULT,
    days: 7,
  },
  {
    name: 'failures',
    group: 'Sign-ins',
    title: 'Top failures',
    answers: 'Which errors do sign-ins end with most often?',
    noun: 'sign-ins',
    logTypes: ALL_SIGN_INS,
    filter: 'status/errorCode ne 0',
    subject: APPLICATION,
    rows: { kind: 'values', of: [{ title: 'Error', keys: ['status/errorCode'], names: ['status/failureReason'] }] },
    days: 7,
  },
  {
    name: 'passwords',
    group: 'Directory',
    title: 'Password resets and changes',
    answers: 'Who reset or changed whose password, in which way, and did it work?',
    noun: 'events',
    logTypes: ['directoryAudits'],
    filter: "contains(tolower(activityDisplayName),'password')",
    subject: TARGET_USER,
    rows: { kind: 'values', of: [target('Whose', ['User']), ACTIVITY, BY] },
    split: AUDIT_RESULT,
    days: 28,
  },
  {
    name: 'consents',
    group: 'Directory',
    title: 'Who consented to an application',
    answers: 'Which users and administrators gave which application access?',
    noun: 'consents',
    logTypes: ['directoryAudits'],
    filter: "activityDisplayName eq 'Consent to application'",
    subject: TARGET_APPLICATION,
    rows: { kind: 'values', of: [target('Application', ['ServicePrincipal', 'Application']), BY] },
    split: AUDIT_RESULT,
    days: 28,
  },
  {
    name: 'groups',
    group: 'Directory',
    title: 'Group membership and owner changes',
    answers: 'Who added or removed members and owners, and of which group?',
    noun: 'changes',
    logTypes: ['directoryAudits'],
    filter:
      "activityDisplayName in ('Add member to group','Remove member from group','Add owner to group','Remove owner from group')",
    subject: TARGET_GROUP,
    rows: { kind: 'values', of: [target('Group', ['Group'], 'Group.DisplayName'), ACTIVITY, BY] },
    split: AUDIT_RESULT,
    days: 28,
  },
  {
    name: 'provisioning',
    group: 'Provisioning',
    title: 'Provisioning by target and outcome',
    answers: 'What was provisioned into which system, and what failed or was skipped there?',
    noun: 'steps',
    logTypes: ['provisioning'],
    filter: '',
    subject: TARGET_SYSTEM,
    rows: {
      kind: 'values',
      of: [
        { title: 'Target', keys: ['targetSystem/id'], names: ['targetSystem/displayName'] },
        { title: 'Action', keys: ['provisioningAction'] },
      ],
    },
    split: PROVISIONING_STATUS,
    days: 28,
  },
];
