/**
 * The vocabulary of the simulated tenant: names, places, programs and policies that do not exist.
 *
 * Domains are under `.example` (RFC 2606); addresses come from the documentation ranges (RFC 5737, RFC 3849), autonomous
 * system numbers from RFC 5398.
 */

/** Together with the family names, enough for 5,000 people. */
export const GIVEN_NAMES = [
  ...[
    'Ada',
    'Amira',
    'André',
    'Anouk',
    'Aoife',
    'Björn',
    'Bruno',
    'Chiara',
    'Chloë',
    'Dmitri',
    'Ebba',
    'Elif',
    'Emeka',
  ],
  ...['Enzo', 'Farid', 'Femke', 'Freya', 'Gül', 'Hana', 'Hugo', 'Ines', 'Ivo', 'Jamal', 'Joana', 'Jürgen', 'Kaito'],
  ...['Keira', 'Kofi', 'Lars', 'Leila', 'Lucía', 'Mads', 'Mei', 'Milan', 'Mira', 'Nadia', 'Niamh', 'Noor', 'Olga'],
  ...['Omar', 'Oskar', 'Paula', 'Petra', 'Quentin', 'Rafael', 'Renée', 'Rosa', 'Ruben', 'Sanne', 'Sofía', 'Tariq'],
  ...['Theo', 'Tomás', 'Ulla', 'Vera', 'Viktor', 'Wanda', 'Xavier', 'Yara', 'Yusuf', 'Zoë', 'Zuzana'],
] as const;

export const FAMILY_NAMES = [
  ...[
    'Abara',
    'Aldercroft',
    'Ånstrand',
    'Baskerholt',
    'Bellweather',
    'Birchfield',
    'Brannock',
    'Calloway-Dunn',
    'Castellan',
  ],
  ...['Cloverdale', 'Corvino', 'Dalgaard', 'Delmarsh', 'Dunmorrow', 'Eastlake', 'Ellersby', 'Falkenrath', 'Fenwright'],
  ...['Fjellheim', 'Garrowby', 'Glasswater', 'Granholm', 'Greaves', 'Hallowell', 'Hartigan', 'Hazelgrove', 'Holmqvist'],
  ...['Ilmarinen', 'Ivarson', 'Jessamine', 'Juniper', 'Kestrelli', 'Kirkholm', 'Kowalczuk', 'Lackland', 'Larkspur'],
  ...[
    'Lindqvist',
    'Lockridge',
    'Maplewood',
    'Marchetti',
    'Merrow',
    'Montclair',
    'Müllerfeld',
    'Nettleship',
    'Nighthill',
  ],
  ...['Norrland', 'Oakhurst', "O'Ferrall", 'Okonjo', 'Ormsby', 'Pellegrin', 'Pemberley', 'Quillfeather', 'Quist'],
  ...['Ravenscar', 'Redmayne', 'Rosedale', 'Rowanoak', 'Sablewood', 'Saltmarsh', 'Sørby', 'Stavanger', 'Stonebridge'],
  ...[
    'Tamworth',
    'Thistledown',
    'Thornquist',
    'Tollmache',
    'Umberfield',
    'Underhill',
    'Valcourt',
    'Varga-Nagy',
    'Vestergaard',
  ],
  ...['Wainscott', 'Westerly', 'Whitlock', 'Wrenfield', 'Wyndham', 'Yarrow', 'Yewdale', 'Zamboni', 'Zetterlund'],
] as const;

/** The domains of members, then the one of guests. */
export const DOMAINS = ['contoso.example', 'fabrikam.example', 'partner.example'] as const;

/** Together with the kinds, 200 applications. */
export const APP_SUBJECTS = [
  ...['Payroll', 'Travel', 'Ledger', 'Warehouse', 'Timesheet', 'Helpdesk', 'Badge', 'Fleet', 'Contracts', 'Learning'],
  ...[
    'Catering',
    'Laboratory',
    'Invoice',
    'Mailroom',
    'Shipping',
    'Archive',
    'Recruiting',
    'Telephony',
    'Parking',
    'Assets',
  ],
] as const;

export const APP_KINDS = [
  ...['Portal', 'Mobile', 'Desktop', 'API', 'Sync', 'Connector', 'Bot', 'Gateway', 'Reports', 'Agent'],
] as const;

/** City, state, country, latitude, longitude. */
export const PLACES: readonly (readonly [string, string, string, number, number])[] = [
  ['Seattle', 'Washington', 'US', 47.60621, -122.33207],
  ['Denver', 'Colorado', 'US', 39.73915, -104.98471],
  ['Austin', 'Texas', 'US', 30.26715, -97.74306],
  ['Toronto', 'Ontario', 'CA', 43.65323, -79.38318],
  ['São Paulo', 'São Paulo', 'BR', -23.55052, -46.63331],
  ['Dublin', 'Dublin', 'IE', 53.34981, -6.26031],
  ['Zürich', 'Zürich', 'CH', 47.37689, 8.54169],
  ['Köln', 'Nordrhein-Westfalen', 'DE', 50.93753, 6.96028],
  ['Malmö', 'Skåne', 'SE', 55.60498, 13.00382],
  ['Kraków', 'Małopolskie', 'PL', 50.06465, 19.94498],
  ['Nairobi', 'Nairobi', 'KE', -1.29207, 36.82195],
  ['Pune', 'Maharashtra', 'IN', 18.52043, 73.85674],
  ['Singapore', 'Central Singapore', 'SG', 1.35208, 103.81984],
  ['Osaka', 'Osaka', 'JP', 34.69374, 135.50218],
  ['Wellington', 'Wellington', 'NZ', -41.28646, 174.77624],
];

/** Operating system, browser, client, user agent. */
export const DEVICES: readonly (readonly [string, string, string, string])[] = [
  [
    'Windows10',
    'Edge 151.0.0',
    'Browser',
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 Safari/537.36 Edg/151.0.0.0',
  ],
  [
    'MacOs',
    'Chrome 151.0.0',
    'Browser',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/151.0.0.0 Safari/537.36',
  ],
  [
    'Windows10',
    'Rich Client 4.61.3.0',
    'Mobile Apps and Desktop clients',
    'Windows-AzureAD-Authentication-Provider/1.0',
  ],
  ['Ios 19.1', 'Mobile Safari', 'Mobile Apps and Desktop clients', 'ExampleMail-iOS/4.2620.1 (iPhone; iOS 19.1)'],
  [
    'Android 17',
    'Chrome Mobile 150.0.0',
    'Browser',
    'Mozilla/5.0 (Linux; Android 17; K) AppleWebKit/537.36 Chrome/150.0.0.0',
  ],
  ['Linux', 'Firefox 149.0', 'Browser', 'Mozilla/5.0 (X11; Linux x86_64; rv:149.0) Gecko/20100101 Firefox/149.0'],
];

/** Names of groups, the busiest first. */
export const GROUPS = [
  ...['Finance team', 'VPN users', 'All contractors', 'Payroll approvers', 'Warehouse staff', 'Sales north'],
  ...['Sales south', 'Helpdesk', 'Break glass accounts', 'Board', 'Laboratory access', 'Interns'],
] as const;

/** Names of directory roles. */
export const ROLES = [
  ...['Helpdesk Administrator', 'User Administrator', 'Reports Reader', 'Security Reader', 'Global Administrator'],
] as const;

/** Names of conditional access policies. */
export const POLICIES = [
  ...['Require multifactor authentication for administrators', 'Require multifactor authentication for all users'],
  ...[
    'Block legacy authentication',
    'Require compliant device for Payroll',
    'Block sign-ins from unexpected countries',
  ],
  ...['Sign-in frequency for guests', 'Terms of use for contractors', 'Require app protection on mobile devices'],
  ...['Session limits for unmanaged devices', 'Block high risk sign-ins', 'Require password change for high user risk'],
  ...['Require phishing-resistant credentials for break-glass accounts'],
] as const;

/** Delegated permissions as they stand in the JSON text of a sign-in's processing details. */
export const SCOPES = [
  ...[
    'Calendars.Read',
    'Contacts.Read',
    'Device.Read.All',
    'Directory.Read.All',
    'Files.ReadWrite.All',
    'Group.Read.All',
  ],
  ...[
    'Mail.ReadWrite',
    'Notes.Read',
    'People.Read',
    'Sites.Read.All',
    'Tasks.ReadWrite',
    'User.Read',
    'User.ReadBasic.All',
  ],
] as const;

/** Sign-in error codes with their reasons: learn.microsoft.com/entra/identity-platform/reference-error-codes. */
export const FAILURES: readonly (readonly [number, string])[] = [
  [50126, 'Error validating credentials due to invalid username or password.'],
  [50074, 'Strong Authentication is required.'],
  [500121, 'Authentication failed during strong authentication request.'],
  [50140, "This error occurred due to 'Keep me signed in' interrupt when the user was signing-in."],
  [50058, 'Session information is not sufficient for single-sign-on.'],
  [50076, 'Due to a configuration change made by your administrator, you must use multi-factor authentication.'],
  [53003, 'Access has been blocked by Conditional Access policies.'],
];
