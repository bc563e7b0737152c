// What pages fetch when they need it is here before a test begins: reading a file takes time of its own, which no
// turn of the loop tells.

import '../../../web/js/core/attachments.js';
import '../../../web/js/core/portraits.js';
import '../../../web/js/crypto/givendraft.js';
import '../../../web/js/features/enquiries/callingback.js';
import '../../../web/js/features/live/guests.js';
import '../../../web/js/features/live/past.js';
import '../../../web/js/features/live/registered.js';
import '../../../web/js/features/workspace/handedletters.js';
import '../../../web/js/features/workspace/lettingin.js';
import '../../../web/js/features/workspace/recommit.js';
import '../../../web/js/features/workspace/releases.js';
